namespace Ingot.Benchmarks.Comparison;

/// <summary>The lengths all contenders are measured with.</summary>
internal static class Load
{
    /// <summary>Tokens before an answer.</summary>
    public const int Past = 128;

    /// <summary>Tokens of an answer.</summary>
    public const int Answer = 32;

    /// <summary>Tokens of a chat's first turn.</summary>
    public const int Chat = 2000;

    /// <summary>Tokens that its second turn adds.</summary>
    public const int Added = 40;

    /// <summary>The most sequences together.</summary>
    public const int MostTogether = 16;

    /// <summary>Random tokens.</summary>
    public static int[] Tokens(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(256))];
}
