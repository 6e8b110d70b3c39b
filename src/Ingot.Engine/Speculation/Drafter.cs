using System.Numerics;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Speculation;

/// <summary>
/// Guesses what one generation says next: what followed last time, where the same few tokens stood in its prompt, in what it has
/// said, or in a text that its answer is expected to resemble. And learns how often such guesses come true here, by watching what
/// does come, whether or not the guess was computed. The engine thread owns it.
/// </summary>
/// <remarks>
/// The generation is taken to be copying the text from one place on. A wrong token breaks the copy: the place then is the one after it (a
/// word was replaced), until the last tokens are found elsewhere, better placed. How much a place is trusted depends on how many tokens before
/// it are the same: for each such number a running average of what came true.
/// </remarks>
internal sealed class Drafter
{
    private const int Nothing = -1;
    private const int ShortPattern = 2;
    private const int LongPattern = 5;
    private const int MostCompared = 32;
    private const int FullyTrusted = 16;
    private const float Learning = 1 / 12f;
    private const float NotWorthSaying = 0.02f;

    private readonly float[] _trust = [0.3f, 0.3f, 0.4f, 0.6f, 0.75f, 0.85f, 0.92f, 0.96f];
    private readonly int[] _afterShort, _afterLong;
    private int[] _text;
    private int _length;
    private int _watched;
    private int _place = Nothing;
    private int _same;

    /// <summary>Reads what there is to copy from.</summary>
    /// <param name="sequence">Whose prompt; what it has said already is yet to be watched.</param>
    /// <param name="earlier">What was said last time after the same prompt; empty for nothing.</param>
    /// <param name="prediction">What the answer is expected to resemble; empty for nothing.</param>
    public Drafter(Sequence sequence, ReadOnlySpan<int> earlier, ReadOnlySpan<int> prediction)
    {
        int capacity = earlier.Length + prediction.Length + sequence.PromptLength + Math.Min(sequence.MaxTokens, 1024) + 2;
        _text = new int[capacity];
        int places = (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
        _afterShort = new int[places];
        _afterLong = new int[places];
        Append(earlier);
        int predicted = _length;
        Append(prediction);
        foreach (int token in sequence.Tokens[..(sequence.PromptLength - 1)])
            AppendAndRemember(token);
        Append(sequence.Tokens[sequence.PromptLength - 1]);
        _watched = sequence.PromptLength;
        if (earlier.Length > 0)
            (_place, _same) = (0, MostCompared);
        else if (prediction.Length > 0)
            (_place, _same) = (predicted, LongPattern);
        else
            LookForBetter();
        Remember();
    }

    /// <summary>Takes in what the sequence has said since.</summary>
    public void Watch(Sequence sequence)
    {
        for (; _watched < sequence.Length; _watched++)
            Watch(sequence.Tokens[_watched]);
    }

    /// <summary>Guesses the next tokens.</summary>
    /// <param name="draft">Where to; as many as it holds at most.</param>
    /// <param name="chances">The same length: how likely it is that the guess is right up to each.</param>
    /// <returns>How many.</returns>
    public int Guess(Span<int> draft, Span<float> chances)
    {
        if (_place == Nothing)
            return 0;
        float chance = 1;
        for (int count = 0; count < draft.Length; count++)
        {
            // A copy that catches up with itself goes round in a circle.
            int from = _place + count;
            int token = from < _length ? _text[from] : draft[from - _length];
            chance *= _trust[Level(_same + count)];
            if (token == Nothing || chance < NotWorthSaying)
                return count;
            (draft[count], chances[count]) = (token, chance);
        }
        return draft.Length;
    }

    private void Watch(int token)
    {
        if (_place != Nothing)
        {
            bool right = _text[_place] == token;
            ref float trust = ref _trust[Level(_same)];
            trust += ((right ? 1 : 0) - trust) * Learning;
            _same = right ? _same + 1 : 0;
            _place++;
        }
        Append(token);
        if (_place != Nothing && _text[_place] == Nothing)
            _place = Nothing;
        if (_same < FullyTrusted || _place == Nothing)
            LookForBetter();
        Remember();
    }

    private void LookForBetter()
    {
        Consider(LongPattern, _afterLong);
        Consider(ShortPattern, _afterShort);
    }

    private void Consider(int pattern, int[] after)
    {
        if (_length < pattern || after[Hash(pattern)] is not (> 0 and var place) || place == _place)
            return;
        int same = 0;
        while (same < MostCompared && same < place && _text[place - 1 - same] == _text[_length - 1 - same] && _text[place - 1 - same] != Nothing)
            same++;
        if (same >= pattern && (same > _same || _place == Nothing))
            (_place, _same) = (place, same);
    }

    // The place after the last tokens, where nothing stands yet.
    private void Remember()
    {
        if (_length >= ShortPattern)
            _afterShort[Hash(ShortPattern)] = _length;
        if (_length >= LongPattern)
            _afterLong[Hash(LongPattern)] = _length;
    }

    private void Append(ReadOnlySpan<int> reference)
    {
        foreach (int token in reference)
            AppendAndRemember(token);
        if (!reference.IsEmpty)
            Append(Nothing);
    }

    private void AppendAndRemember(int token)
    {
        Append(token);
        Remember();
    }

    private void Append(int token)
    {
        if (_length == _text.Length)
            Array.Resize(ref _text, 2 * _length);
        _text[_length++] = token;
    }

    private int Hash(int pattern)
    {
        uint hash = 0;
        foreach (int token in _text.AsSpan(_length - pattern, pattern))
            hash = (hash + (uint)token + 1) * 0x9E3779B1;
        return (int)(hash >> (32 - BitOperations.Log2((uint)_afterShort.Length)));
    }

    private static int Level(int same) => same switch
    {
        <= 2 => same,
        <= 4 => 3,
        <= 8 => 4,
        <= 16 => 5,
        < MostCompared => 6,
        _ => 7,
    };
}
