namespace Ingot.Engine;

/// <summary>What an engine has done since it started and what it is doing now, as of the last step.</summary>
/// <param name="Steps">Steps computed.</param>
/// <param name="PromptTokens">Tokens computed as part of a prompt, recomputed ones included.</param>
/// <param name="DecodedTokens">Tokens computed after the prompt, each to yield the next; of guessed ones those that came true.</param>
/// <param name="PromptTime">Time in the model for prompt tokens; a mixed step's time is shared out by tokens.</param>
/// <param name="DecodeTime">Time in the model for decoded tokens.</param>
/// <param name="SamplingTime">Time choosing tokens.</param>
/// <param name="Preemptions">How often a running request lost its cache blocks to an older one and had to be recomputed.</param>
/// <param name="Running">Requests being computed.</param>
/// <param name="Waiting">Requests waiting for their turn or for cache blocks.</param>
/// <param name="FreeBlocks">Cache blocks nobody holds.</param>
/// <param name="BlockCount">Cache blocks in all.</param>
/// <param name="DraftedTokens">Tokens computed on a guess.</param>
/// <param name="AcceptedTokens">How many of these came true.</param>
/// <param name="IntegrityFailures">
/// How often the bookkeeping of requests and cache blocks was found wrong and begun anew; it is looked at whenever nothing is left to do,
/// and after a step that failed. Anything but 0 is a defect of the engine.
/// </param>
public sealed record EngineStatistics(
    long Steps, long PromptTokens, long DecodedTokens, TimeSpan PromptTime, TimeSpan DecodeTime, TimeSpan SamplingTime,
    long Preemptions, int Running, int Waiting, int FreeBlocks, int BlockCount,
    long DraftedTokens, long AcceptedTokens, long IntegrityFailures);
