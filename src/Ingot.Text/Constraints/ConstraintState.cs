using Ingot.Text.Constraints.Machine;
using Ingot.Text.Constraints.Masks;

namespace Ingot.Text.Constraints;

/// <summary>
/// How far one answer is in its grammar: which tokens may come next, and what happens when one comes. Moves with the answer,
/// token by token, from wherever tokens end: inside words, strings and UTF-8 characters. Used by one thread at a time.
/// </summary>
public sealed class ConstraintState
{
    // Masks worked out for this answer that are kept: it comes back to few places while it writes a string or a list.
    private const int MaxKeptMasks = 8;

    // Places of the trie that may be walked on the spot: some ten microseconds.
    private const int MaxKnownWork = 1000;

    // Bytes that must come, written at once.
    private const int MaxForced = 512;

    private readonly TokenConstraint _constraint;
    private readonly PushdownMachine _machine;
    private readonly TrieWalk _walk;
    private readonly Queue<Configuration> _masked = new();
    private readonly RecentText _recent = new();
    private Configuration _at;

    internal ConstraintState(TokenConstraint constraint)
    {
        _constraint = constraint;
        _machine = new PushdownMachine(constraint.Grammar.Program, constraint.Grammar.Limits);
        _walk = new TrieWalk(constraint.Vocabulary, constraint.Grammar.Program);
        _at = _machine.Start;
    }

    /// <summary>The grammar and the tokens this is a state of.</summary>
    public TokenConstraint Constraint => _constraint;

    /// <summary>Whether the text so far is whole: the answer may end here.</summary>
    public bool IsComplete => _at.HasEnded;

    /// <summary>Whether the text may go on; false: it is whole, and only an end may follow.</summary>
    public bool CanContinue => _at.Readers.Length > 0;

    /// <summary>Whether a token that ends the sequence was taken; nothing may follow it.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether <see cref="FillMask"/> takes microseconds here, because all it is made of was worked out before.</summary>
    public bool IsMaskKnown
    {
        get
        {
            if (HasEnded || _at.Mask is not null) return true;
            var work = 0;
            foreach (var reading in _at.Readings)
            {
                if (_constraint.Masks.Find(reading.State) is not { } alone) return false;
                if (reading.Stack.Returns.Count > 0) work += alone.PlacesBelowEnds;
            }
            return work <= MaxKnownWork;
        }
    }

    internal Configuration Configuration => _at;

    internal PushdownMachine Machine => _machine;

    /// <summary>
    /// Writes which tokens may come next: text that the grammar allows, and the tokens that end a sequence exactly where the
    /// text is whole. After such a token, none.
    /// </summary>
    /// <param name="allowed">A bit for each token id, lowest first; <see cref="ConstraintVocabulary.MaskLength"/> words or more, all written.</param>
    /// <exception cref="Errors.IngotException">The grammar turned out too ambiguous.</exception>
    public void FillMask(Span<ulong> allowed)
    {
        allowed.Clear();
        if (HasEnded) return;
        Mask().CopyTo(allowed);
        if (!IsComplete) return;
        foreach (var token in _constraint.Vocabulary.EndOfSequenceIds) allowed[token >> 6] |= 1UL << (token & 63);
    }

    /// <summary>Works out what <see cref="FillMask"/> has to write here, so that it takes microseconds.</summary>
    /// <exception cref="Errors.IngotException">The grammar turned out too ambiguous.</exception>
    public void FindMask()
    {
        if (!HasEnded) Mask();
    }

    /// <summary>Takes the answer's next token.</summary>
    /// <param name="token">The token's id.</param>
    /// <returns>False when it is not allowed here; then nothing has changed.</returns>
    /// <exception cref="Errors.IngotException">The grammar turned out too ambiguous.</exception>
    public bool Advance(int token)
    {
        if (HasEnded) return false;
        if (_constraint.Vocabulary.EndsSequence(token)) return HasEnded = IsComplete;
        if (After(_at, token, out var bytes) is not { } next) return false;
        _at = next;
        _recent.Add(bytes);
        return true;
    }

    /// <summary>The bytes that must come next, as long as there is only one way to go on and no way to end.</summary>
    /// <param name="limit">How many bytes at most.</param>
    /// <returns>The bytes; none where there is a choice.</returns>
    public byte[] ForcedBytes(int limit = MaxForced) => Force(_at, limit).Bytes;

    /// <summary>
    /// Takes the tokens that must come next: <see cref="ForcedBytes"/>, as the tokenizer writes them behind the text so far.
    /// What might become part of a longer token, by what follows, is left for the model.
    /// </summary>
    /// <param name="limit">How many at most.</param>
    /// <returns>The tokens, already taken; none where there is a choice.</returns>
    public IReadOnlyList<int> TakeForced(int limit)
    {
        if (HasEnded) return [];
        var tokens = Forced(_at, _recent);
        if (tokens.Count > limit) tokens.RemoveRange(limit, tokens.Count - limit);
        var taken = 0;
        while (taken < tokens.Count && Advance(tokens[taken])) taken++;
        return taken == tokens.Count ? tokens : tokens[..taken];
    }

    /// <summary>
    /// Goes through a guess of the next tokens as if they came, and takes none. The guess is cut before the first that is not allowed, and
    /// before one that nothing may follow but an end; the tokens that must come there, if any, are put behind what is left.
    /// </summary>
    /// <param name="guess">The guess, and room for more.</param>
    /// <param name="count">How many tokens it has.</param>
    /// <param name="certain">How many it has in the end that must come if those before them do.</param>
    /// <returns>How many tokens it has in the end, these included.</returns>
    /// <exception cref="Errors.IngotException">The grammar turned out too ambiguous.</exception>
    public int FitGuess(Span<int> guess, int count, out int certain)
    {
        certain = 0;
        if (HasEnded) return 0;
        var (at, recent) = (_at, _recent.Copy());
        var kept = Follow(guess[..count], ref at, recent);
        if (kept == 0 || kept == guess.Length) return kept;
        var forced = Forced(at, recent).ToArray().AsSpan();
        forced = forced[..Math.Min(forced.Length, guess.Length - kept)];
        certain = Follow(forced, ref at, recent);
        forced[..certain].CopyTo(guess[kept..]);
        return kept + certain;
    }

    /// <summary>Goes along tokens for as long as they are allowed and something may follow them.</summary>
    /// <returns>How many that are.</returns>
    private int Follow(ReadOnlySpan<int> tokens, ref Configuration at, RecentText recent)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            if (_constraint.Vocabulary.EndsSequence(tokens[i]) || After(at, tokens[i], out var bytes) is not { Readers.Length: > 0 } next) return i;
            at = next;
            recent.Add(bytes);
        }
        return tokens.Length;
    }

    private List<int> Forced(Configuration from, RecentText recent)
    {
        if (Only(from) is null) return [];
        _machine.BeginToken();
        var (bytes, after) = Force(from, MaxForced);
        return new Retokenizer(_constraint.Vocabulary).Write(recent.ToBytes(), bytes, _machine, after);
    }

    private (byte[] Bytes, Configuration After) Force(Configuration from, int limit)
    {
        List<byte> bytes = [];
        var at = from;
        for (; bytes.Count < limit && Only(at) is { } byteClass; at = _machine.StepClass(at, byteClass))
            bytes.Add(_constraint.Grammar.Program.Classes.First[byteClass]);
        return ([.. bytes], at);
    }

    /// <summary>Where a token leads that is not an end; null where it is not allowed.</summary>
    private Configuration? After(Configuration from, int token, out ReadOnlySpan<byte> bytes)
    {
        bytes = _constraint.Vocabulary.TextOf(token);
        if (Read(from, bytes) is { } next) return next;
        bytes = _constraint.Vocabulary.MarkOf(token);
        return Read(from, bytes);
    }

    private Configuration? Read(Configuration from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        _machine.BeginToken();
        var at = from;
        foreach (var value in bytes)
        {
            at = _machine.Step(at, value);
            if (at.IsDead) return null;
        }
        return at;
    }

    private int? Only(Configuration at)
    {
        if (at.HasEnded) return null;
        var (program, only) = (_constraint.Grammar.Program, -1);
        for (var byteClass = 0; byteClass < program.Classes.Count; byteClass++)
        {
            if (!MayRead(at, byteClass)) continue;
            if (only >= 0) return null;
            only = byteClass;
        }
        return only >= 0 && program.Classes.IsSingle(only) ? only : null;
    }

    private bool MayRead(Configuration at, int byteClass)
    {
        foreach (var reader in at.Readers)
        {
            if (_constraint.Grammar.Program.Step(reader.State, byteClass) >= 0) return true;
        }
        return false;
    }

    private ulong[] Mask()
    {
        if (_at.Mask is { } known) return known;
        _machine.BeginToken();
        var mask = NewMask();
        foreach (var reading in _at.Readings)
        {
            var alone = _constraint.Masks.Of(reading.State, _walk);
            alone.AddTo(mask);
            if (alone.Ends.Length == 0 || reading.Stack.Returns.Count == 0) continue;
            var after = _machine.AfterReturn(reading.Stack);
            foreach (var end in alone.Ends) _walk.Mark(_machine, alone.Rest, end, after, mask, null);
        }
        _masked.Enqueue(_at);
        return _at.Mask = mask;
    }

    /// <summary>An empty mask, in the room of the oldest one where enough are kept.</summary>
    private ulong[] NewMask()
    {
        if (_masked.Count < MaxKeptMasks) return new ulong[_constraint.Vocabulary.MaskLength];
        var oldest = _masked.Dequeue();
        var mask = oldest.Mask!;
        oldest.Mask = null;
        mask.AsSpan().Clear();
        return mask;
    }
}
