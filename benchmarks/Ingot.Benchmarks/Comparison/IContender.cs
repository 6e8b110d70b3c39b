namespace Ingot.Benchmarks.Comparison;

/// <summary>One of those whose turns come one after the other.</summary>
internal interface IContender : IDisposable
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Processor time it has used outside of this process.</summary>
    TimeSpan OtherProcessorTime => TimeSpan.Zero;
}

/// <summary>
/// A program that runs the model, and what is asked of it. Each method measures once; what only prepares it (the prompts of answers, the
/// first turn of a chat) is done on the first call and not counted. Prompts are random tokens. What a contender cannot do is not a number.
/// </summary>
internal interface IModelContender : IContender
{
    /// <summary>Tokens a second of all sequences while each continues a prompt.</summary>
    Task<double> DecodeAsync(int together);

    /// <summary>Tokens a second at which a prompt is read that was never seen, up to the first token after it.</summary>
    Task<double> PrefillAsync(int tokens);

    /// <summary>Turns a second: a chat whose first turn was read before, some tokens more, the first token after them.</summary>
    Task<double> SecondTurnAsync();
}
