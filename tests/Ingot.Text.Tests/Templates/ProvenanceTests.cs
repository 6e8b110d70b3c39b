using Ingot.Text.Templates;

namespace Ingot.Text.Tests.Templates;

public sealed class ProvenanceTests
{
    // What comes from outside is written between angle quotes in the expected prompts.
    [Theory]
    [InlineData("<s>{{ text }}</s>", "<s>«  a,b  »</s>")]
    [InlineData("{{ 'x' + text ~ 'y' }}", "x«  a,b  »y")]
    [InlineData("{{ text.strip() }}{{ text|trim }}!", "«a,ba,b»!")]
    [InlineData("{{ ('[' + text.strip() + ']')[0:2] }}", "[«a»")]
    [InlineData("{{ ('[' + text.strip() + ']')[::-1] }}", "]«b,a»[")]
    [InlineData("{{ text.strip().split(',')|join('-') }}", "«a»-«b»")]
    [InlineData("{{ '<X>'.replace('X', text.strip()) }}", "<«a,b»>")]
    [InlineData("{{ text.strip().replace(',', '|') }}", "«a»|«b»")]
    [InlineData("{% set v %}({{ text.strip() }}){% endset %}{{ v }}", "(«a,b»)")]
    [InlineData("{% macro m(x) %}({{ x }}){% endmacro %}{{ m(text.strip()) }}", "(«a,b»)")]
    [InlineData("{% filter trim %} ({{ text.strip() }}) {% endfilter %}", "(«a,b»)")]
    [InlineData("{% for c in text.strip() %}{{ c }};{% endfor %}", "«a»;«,»;«b»;")]
    [InlineData("{{ '({})'.format(text.strip()) }}{{ '(%s)' % text.strip() }}", "(«a,b»)(«a,b»)")]
    [InlineData("{{ ('x\n' + text.strip())|indent(2) }}", "x\n  «a,b»")]
    [InlineData("{{ ('x' + text.strip())|upper }}", "«XA,B»")]
    [InlineData("{{ {'k': text.strip()}|tojson }}", "«{\"k\": \"a,b\"}»")]
    [InlineData("{{ ['t', text.strip()] }}{{ ['t'] }}", "«['t', 'a,b']»['t']")]
    [InlineData("{{ text|length }}{{ role|upper }}{{ text if text == '  a,b  ' else role }}", "7USER«  a,b  »")]
    public void Every_character_keeps_where_it_came_from(string source, string expected)
    {
        var prompt = ChatTemplate.Parse(source, "t").Render(new Dictionary<string, TemplateValue>
        {
            ["text"] = TemplateValue.Untrusted("  a,b  "),
            ["role"] = TemplateValue.Trusted("user"),
        });

        var marked = prompt.Text;
        foreach (var span in prompt.UntrustedSpans.Reverse())
            marked = marked.Insert(span.End, "»").Insert(span.Start, "«");
        Assert.Equal(expected, marked);
    }
}
