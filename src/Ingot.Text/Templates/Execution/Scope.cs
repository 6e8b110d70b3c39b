namespace Ingot.Text.Templates.Execution;

/// <summary>Variables of one block; what is not found here is looked for outside.</summary>
internal sealed class Scope(Scope? outer, IReadOnlyDictionary<string, TemplateValue>? given = null)
{
    private Dictionary<string, TemplateValue>? _variables;

    public TemplateValue? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables is not null && scope._variables.TryGetValue(name, out var value))
                return value;
            if (scope.Given is not null && scope.Given.TryGetValue(name, out value))
                return value;
        }

        return null;
    }

    public void Set(string name, TemplateValue value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    private Scope? Outer { get; } = outer;

    private IReadOnlyDictionary<string, TemplateValue>? Given { get; } = given;
}
