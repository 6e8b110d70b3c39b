namespace Ingot.Service.Chat.Parsing;

/// <summary>Tells function calls in a model's output from its text.</summary>
internal interface ICallParser
{
    /// <summary>Takes the next piece of output.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="parts">Gets what is certain by now.</param>
    void Append(string piece, List<OutputPart> parts);

    /// <summary>The output is over: gives what was held back.</summary>
    /// <param name="parts">Gets it.</param>
    void Flush(List<OutputPart> parts);
}
