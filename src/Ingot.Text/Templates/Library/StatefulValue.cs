using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>What <c>cycler</c> and <c>joiner</c> give: a value that remembers how often it was used.</summary>
internal sealed class StatefulValue(string name, IReadOnlyList<TemplateValue> items) : CallableValue(name)
{
    private int _position;

    internal override string TypeName => Name;

    public TemplateValue? FindMember(string member) => (Name, member) switch
    {
        ("cycler", "next") => new FunctionValue(member, _ => items[_position++ % items.Count]),
        ("cycler", "current") => items[_position % items.Count],
        ("cycler", "reset") => new FunctionValue(member, _ => Reset()),
        _ => null,
    };

    public override TemplateValue Call(CallArguments arguments) => Name == "joiner"
        ? _position++ == 0 ? StringValue.Empty : items[0]
        : throw new TemplateFault("a cycler is used by its method 'next'");

    private TemplateValue Reset()
    {
        _position = 0;
        return None;
    }
}
