namespace Ingot.Text.Templates.Values;

/// <summary>What a missing variable or member is; <paramref name="reason"/> is told when something needs it to exist.</summary>
internal sealed class UndefinedValue(string reason) : TemplateValue
{
    public string Reason { get; } = reason;

    internal override string TypeName => "Undefined";

    internal override bool IsTrue => false;
}

internal sealed class NoneValue : TemplateValue
{
    internal override string TypeName => "NoneType";

    internal override bool IsTrue => false;
}

internal sealed class BooleanValue : TemplateValue
{
    public static readonly BooleanValue True = new();
    public static readonly BooleanValue False = new();

    private BooleanValue()
    {
    }

    internal override string TypeName => "bool";

    internal override bool IsTrue => ReferenceEquals(this, True);
}

internal sealed class IntegerValue(long value) : TemplateValue
{
    public long Value { get; } = value;

    internal override string TypeName => "int";

    internal override bool IsTrue => Value != 0;
}

internal sealed class FloatValue(double value) : TemplateValue
{
    public double Value { get; } = value;

    internal override string TypeName => "float";

    internal override bool IsTrue => Value != 0;
}
