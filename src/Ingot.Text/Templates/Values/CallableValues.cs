using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Syntax;

namespace Ingot.Text.Templates.Values;

/// <summary>Anything a template can call.</summary>
internal abstract class CallableValue(string name) : TemplateValue
{
    public string Name { get; } = name;

    public abstract TemplateValue Call(CallArguments arguments);
}

/// <summary>A function of ours: a global, or a method bound to its value.</summary>
internal sealed class FunctionValue(string name, Func<CallArguments, TemplateValue> body) : CallableValue(name)
{
    internal override string TypeName => "builtin_function_or_method";

    public override TemplateValue Call(CallArguments arguments) => body(arguments);
}

/// <summary>A macro, or the body of a call block; it sees the scope it was written in.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope scope) : CallableValue(definition.Name)
{
    public MacroDefinition Definition { get; } = definition;

    public Scope Scope { get; } = scope;

    internal override string TypeName => "Macro";

    public override TemplateValue Call(CallArguments arguments) => arguments.Interpreter.CallMacro(this, arguments);
}
