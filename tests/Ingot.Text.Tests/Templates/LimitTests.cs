using Ingot.Errors;
using Ingot.Text.Templates;

namespace Ingot.Text.Tests.Templates;

public sealed class LimitTests
{
    [Theory]
    [InlineData("{% set l = [1] %}{% for x in l %}{% set _ = l.append(x) %}{% endfor %}")]
    [InlineData("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% set l = [] %}{% set _ = l.append(l) %}{{ l|tojson }}")]
    [InlineData("{% set l = [] %}{% set _ = l.append(l) %}{{ l == [l] }}{{ l == [[l]] }}{{ [l] == [[[l]]] }}{{ l }}")]
    [InlineData("{{ 'x' * 999999999 }}")]
    [InlineData("{{ [1] * 999999999999 }}")]
    [InlineData("{{ '{:999999999}'.format(1) }}")]
    [InlineData("{{ '%999999999d' % 1 }}")]
    [InlineData("{{ 'x'.center(2000000000) }}")]
    [InlineData("{{ 'x'|indent(2000000000) }}")]
    [InlineData("{{ ('a' * 900000).count('a' * 400000 ~ 'b') }}{{ ('a' * 900000).replace('a' * 400000 ~ 'b', '') }}")]
    [InlineData("{{ 9223372036854775807 + 1 }}")]
    [InlineData("{{ 2 ** 9999999999 }}")]
    public void A_template_that_would_never_end_is_stopped_with_one_sentence(string source)
    {
        var template = ChatTemplate.Parse(source, "chat_template.jinja");

        var refusal = Assert.Throws<IngotException>(() => template.Render(new Dictionary<string, TemplateValue>()));

        Assert.Equal(ErrorCode.TemplateFailed, refusal.Code);
        Assert.StartsWith("chat_template.jinja:1:", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("x[", "]")]
    [InlineData("x if y else ", "")]
    public void Deep_nesting_is_refused_when_read(string open, string close)
    {
        var source = "{{ " + string.Concat(Enumerable.Repeat(open, 5000)) + "1" + string.Concat(Enumerable.Repeat(close, 5000)) + " }}";

        var refusal = Assert.Throws<IngotException>(() => ChatTemplate.Parse(source, "t"));

        Assert.Equal(ErrorCode.ModelInvalid, refusal.Code);
    }

    [Theory]
    [InlineData(" + 1")]
    [InlineData("|string")]
    [InlineData(".a")]
    [InlineData(" and 1")]
    public void Long_chains_end_in_an_answer_or_a_refusal(string link)
    {
        var template = ChatTemplate.Parse("{{ 1" + string.Concat(Enumerable.Repeat(link, 20000)) + " }}", "t");

        Assert.Equal(ErrorCode.TemplateFailed, Assert.Throws<IngotException>(() => template.Render(new Dictionary<string, TemplateValue>())).Code);
    }

    [Fact]
    public void A_refusal_names_file_line_and_column_and_has_the_templates_words()
    {
        var template = ChatTemplate.Parse("line one\n  {{ raise_exception('Roles must alternate') }}", "chat_template.jinja");

        var refusal = Assert.Throws<IngotException>(() => template.Render(new Dictionary<string, TemplateValue>()));

        Assert.Equal("chat_template.jinja:2:21: Roles must alternate", refusal.Message);
    }

    [Fact]
    public void Values_of_the_request_cannot_be_changed()
    {
        var messages = TemplateValue.List([TemplateValue.Trusted("a")]);
        var template = ChatTemplate.Parse("{% set _ = messages.pop() %}", "t");

        Assert.Throws<IngotException>(() => template.Render(new Dictionary<string, TemplateValue> { ["messages"] = messages }));
    }

    [Fact]
    public void Mutilated_templates_never_do_more_than_refuse()
    {
        using var recorded = Recorded.Read("own.json");
        var context = Recorded.Variables(recorded.RootElement.GetProperty("context"));
        var snippets = recorded.RootElement.GetProperty("snippets").EnumerateArray().Select(item => item.GetProperty("source").GetString()!).ToArray();
        var limits = new TemplateLimits { MaximumSteps = 20_000 };
        var random = new Random(20260105);
        for (var i = 0; i < 5000; i++)
        {
            var source = Mutilate(snippets[random.Next(snippets.Length)], snippets[random.Next(snippets.Length)], random);
            try
            {
                Assert.NotNull(ChatTemplate.Parse(source, "t", limits).Render(context));
            }
            catch (IngotException refusal)
            {
                Assert.StartsWith("t:", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    private static string Mutilate(string first, string second, Random random)
    {
        var cut = random.Next(first.Length + 1);
        var from = random.Next(second.Length + 1);
        return random.Next(3) switch
        {
            0 => first[..cut] + second[from..],
            1 => first.Remove(cut, Math.Min(random.Next(4), first.Length - cut)),
            _ => first.Insert(cut, second[from..Math.Min(second.Length, from + random.Next(6))]),
        };
    }
}
