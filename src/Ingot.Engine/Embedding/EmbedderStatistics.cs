namespace Ingot.Engine.Embedding;

/// <summary>What an embedder has done since it started.</summary>
/// <param name="Steps">Steps computed.</param>
/// <param name="Sequences">Sequences computed, over all steps.</param>
/// <param name="Tokens">Tokens computed, over all sequences.</param>
/// <param name="Time">Time in the model.</param>
public sealed record EmbedderStatistics(long Steps, long Sequences, long Tokens, TimeSpan Time);
