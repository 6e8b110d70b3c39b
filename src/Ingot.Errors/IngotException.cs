namespace Ingot.Errors;

/// <summary>
/// The one exception that carries a refusal from where it is found to the edge that reports it
/// (HTTP body, command line, SDK). Its message is one clear sentence, safe to show to the caller.
/// </summary>
/// <param name="code">What kind of refusal this is.</param>
/// <param name="message">One sentence naming the file, field or value at fault.</param>
/// <param name="param">The request field or option at fault (<c>messages[0].role</c>); absent when there is none.</param>
/// <param name="inner">What was thrown underneath; absent when nothing was.</param>
public sealed class IngotException(ErrorCode code, string message, string? param = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What kind of refusal this is.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>The request field or option at fault; null when there is none.</summary>
    public string? Param { get; } = param;
}
