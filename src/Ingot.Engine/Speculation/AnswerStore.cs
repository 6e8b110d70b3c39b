namespace Ingot.Engine.Speculation;

/// <summary>
/// What was said last after each of some prompts: who asks the same again in the same scope gets much of the same. Bounded; the prompts unused for longest
/// go first. Prompts are known by a hash alone, since a wrong answer costs a wrong guess and nothing else, which would tell nobody outside the
/// scope: that is compared itself. The engine thread owns it.
/// </summary>
/// <param name="capacity">Tokens of all answers together.</param>
internal sealed class AnswerStore(int capacity)
{
    private const int Shortest = 8;
    private const int Longest = 8192;

    private readonly Dictionary<Question, LinkedListNode<(Question Question, int[] Answer)>> _byQuestion = [];
    private readonly LinkedList<(Question Question, int[] Answer)> _byUse = [];

    /// <summary>Tokens it holds.</summary>
    public int TokenCount { get; private set; }

    /// <summary>The last answer to a prompt; empty when there is none.</summary>
    /// <param name="scope">Whose answers count; null for those of nobody in particular.</param>
    /// <param name="prompt">The prompt.</param>
    public ReadOnlySpan<int> Find(string? scope, ReadOnlySpan<int> prompt)
    {
        if (!_byQuestion.TryGetValue(new Question(scope, Hash(prompt)), out var node))
            return [];
        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value.Answer;
    }

    /// <summary>Keeps an answer, or its beginning, for the next of its scope who asks; very short ones are not worth it.</summary>
    /// <param name="scope">For whom alone.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answer">What was said after it.</param>
    public void Keep(string? scope, ReadOnlySpan<int> prompt, ReadOnlySpan<int> answer)
    {
        if (answer.Length < Shortest)
            return;
        int[] kept = answer[..Math.Min(answer.Length, Math.Min(Longest, capacity))].ToArray();
        var question = new Question(scope, Hash(prompt));
        if (_byQuestion.TryGetValue(question, out var before))
            Forget(before);
        while (TokenCount + kept.Length > capacity)
            Forget(_byUse.First!);
        _byQuestion.Add(question, _byUse.AddLast((question, kept)));
        TokenCount += kept.Length;
    }

    private void Forget(LinkedListNode<(Question Question, int[] Answer)> node)
    {
        _byUse.Remove(node);
        _byQuestion.Remove(node.Value.Question);
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

    private readonly record struct Question(string? Scope, long Prompt);
}
