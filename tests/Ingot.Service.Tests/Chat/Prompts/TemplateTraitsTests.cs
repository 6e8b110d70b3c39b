using Ingot.Service.Chat.Prompts;
using Ingot.Text.Templates;

namespace Ingot.Service.Tests.Chat.Prompts;

/// <summary>What is found out about templates by letting them write.</summary>
public sealed class TemplateTraitsTests
{
    private const string Contents = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}";

    [Theory]
    [InlineData("{{ c.function.arguments | tojson }}", false, false)]
    [InlineData("{{ 'call ' + c.function.arguments }}", true, false)]
    [InlineData("{{ c.function.arguments }}", true, false)]
    [InlineData("{% for k, v in c.function.arguments.items() %}<{{ k }}>{{ v }}{% endfor %}", false, false)]
    [InlineData("{% if m.content is none %}{{ c.function.arguments | tojson }}{% endif %}", false, true)]
    [InlineData("{% if m.content is none %}{{ 'call ' + c.function.arguments }}{% endif %}", true, true)]
    public void Arguments_are_given_as_the_template_shows_them_well(string call, bool asText, bool withoutContent)
    {
        var traits = Of($"{{% for m in messages %}}{{{{ m.role }}}}{{% for c in m.tool_calls or [] %}}{call}{{% endfor %}}{{{{ m.content }}}}{{% endfor %}}");

        Assert.Equal(new CallStyle(asText, withoutContent), traits.Calls);
        Assert.True(traits.TakesResults);
    }

    [Theory]
    [InlineData(Contents, ToolPlace.Nowhere)]
    [InlineData("{# tools #}" + Contents, ToolPlace.Nowhere)]
    [InlineData("{{ tools | tojson }}" + Contents, ToolPlace.Variable)]
    [InlineData("{% for m in messages %}{% if 'tools' in m %}<|tool|>{{ m['tools'] }}{% endif %}{{ m.content }}{% endfor %}", ToolPlace.SystemMessage)]
    public void Functions_are_given_where_the_template_looks(string template, object place) => Assert.Equal(place, Of(template).Tools);

    [Fact]
    public void A_template_without_calls_and_system_is_known_to_be_one()
    {
        Assert.Equal(new TemplateTraits(ToolPlace.Nowhere, null, TakesResults: false, TakesSystem: true), Of(Contents));
        Assert.False(Of("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}{{ m.content }}{% endfor %}").TakesSystem);
    }

    private static TemplateTraits Of(string template) => TemplateTraits.Of(ChatTemplate.Parse(template, "test"));
}
