namespace Ingot.Text.Constraints.Machine;

/// <summary>One way to read the text so far: a state, and the stack to return to.</summary>
internal readonly record struct Reading(int State, StackNode Stack);

/// <summary>
/// All ways to read the text so far. A machine has one configuration for each set of readings, so what is found out about
/// it is found out once.
/// </summary>
internal sealed class Configuration(Reading[] readings, Reading[] readers, bool hasEnded)
{
    /// <summary>The readings as the last byte left them, in a fixed order.</summary>
    public Reading[] Readings => readings;

    /// <summary>The readings, and those of the rules they call, that take a next byte.</summary>
    public Reading[] Readers => readers;

    /// <summary>Whether the text so far is whole.</summary>
    public bool HasEnded => hasEnded;

    public bool IsDead => readers.Length == 0 && !hasEnded;

    /// <summary>By byte class: the configuration after it, as far as known.</summary>
    public Configuration?[]? Next { get; set; }

    /// <summary>The tokens that may come next; null while unknown.</summary>
    public ulong[]? Mask { get; set; }
}
