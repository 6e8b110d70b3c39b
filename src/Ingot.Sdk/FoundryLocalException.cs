namespace Microsoft.AI.Foundry.Local;

/// <summary>Something this library was asked for could not be done; the message says what and why.</summary>
public class FoundryLocalException : Exception
{
    /// <summary>Makes one from a message.</summary>
    /// <param name="message">What went wrong.</param>
    public FoundryLocalException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one from a message and its cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">What was thrown underneath.</param>
    public FoundryLocalException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
