namespace Ingot.Service.Chat.Parsing;

/// <summary>A piece of a model's output, told apart.</summary>
internal abstract record OutputPart
{
    /// <summary>Text of the answer.</summary>
    internal sealed record Text(string Value) : OutputPart;

    /// <summary>Text of the thinking before it.</summary>
    internal sealed record Reasoning(string Value) : OutputPart;

    /// <summary>A function call.</summary>
    internal sealed record Call(string Name, string Arguments) : OutputPart;

    /// <summary>The beginning of a function call whose arguments follow.</summary>
    internal sealed record CallStart(string Name) : OutputPart;

    /// <summary>More of the arguments of the call that began last.</summary>
    internal sealed record CallArguments(string Value) : OutputPart;
}

/// <summary>The texts that open and close a special part of a model's output.</summary>
/// <param name="Start">Opens it; not empty.</param>
/// <param name="End">Closes it; not empty.</param>
internal sealed record OutputMarkers(string Start, string End);
