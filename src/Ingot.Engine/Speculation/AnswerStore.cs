namespace Ingot.Engine.Speculation;

/// <summary>
/// What was said last after each of some prompts: whoever asks the same again gets much of the same. Bounded; the prompts unused for longest
/// go first. Prompts are known by a hash alone, since a wrong answer costs a wrong guess and nothing else. The engine thread owns it.
/// </summary>
/// <param name="capacity">Tokens of all answers together.</param>
internal sealed class AnswerStore(int capacity)
{
    private const int Shortest = 8;
    private const int Longest = 8192;

    private readonly Dictionary<long, LinkedListNode<(long Prompt, int[] Answer)>> _byPrompt = [];
    private readonly LinkedList<(long Prompt, int[] Answer)> _byUse = [];

    /// <summary>Tokens it holds.</summary>
    public int TokenCount { get; private set; }

    /// <summary>The last answer to a prompt; empty when there is none.</summary>
    public ReadOnlySpan<int> Find(ReadOnlySpan<int> prompt)
    {
        if (!_byPrompt.TryGetValue(Hash(prompt), out var node))
            return [];
        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value.Answer;
    }

    /// <summary>Keeps an answer, or its beginning, for the next who asks; very short ones are not worth it.</summary>
    public void Keep(ReadOnlySpan<int> prompt, ReadOnlySpan<int> answer)
    {
        if (answer.Length < Shortest)
            return;
        int[] kept = answer[..Math.Min(answer.Length, Math.Min(Longest, capacity))].ToArray();
        long key = Hash(prompt);
        if (_byPrompt.TryGetValue(key, out var before))
            Forget(before);
        while (TokenCount + kept.Length > capacity)
            Forget(_byUse.First!);
        _byPrompt.Add(key, _byUse.AddLast((key, kept)));
        TokenCount += kept.Length;
    }

    private void Forget(LinkedListNode<(long Prompt, int[] Answer)> node)
    {
        _byUse.Remove(node);
        _byPrompt.Remove(node.Value.Prompt);
        TokenCount -= node.Value.Answer.Length;
    }

    private static long Hash(ReadOnlySpan<int> tokens)
    {
        HashCode low = default, high = default;
        high.Add(tokens.Length);
        low.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(tokens));
        high.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(tokens));
        return ((long)high.ToHashCode() << 32) | (uint)low.ToHashCode();
    }
}
