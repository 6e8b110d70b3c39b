namespace Ingot.Models.Download;

/// <summary>Something that may work when it is tried again: a cut connection, a busy or silent server.</summary>
/// <param name="message">One sentence naming the address.</param>
/// <param name="retryAfter">How long the server asked to wait; null when it did not.</param>
/// <param name="inner">What was thrown underneath.</param>
internal sealed class TransientFault(string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the server asked to wait; null when it did not.</summary>
    internal TimeSpan? RetryAfter { get; } = retryAfter;
}
