namespace Ingot.Engine;

/// <summary>
/// Events in order, from one who writes to one who reads, without a lock and without waiting: each goes on whatever the other
/// does. It grows with what is not yet read; what is read is written over, so that a reader who keeps up costs no memory.
/// </summary>
internal sealed class TokenLine
{
    /// <summary>Events of a piece. A reader no further behind than that costs no memory beyond the first two pieces.</summary>
    public const int PieceLength = 32;

    // The writer's.
    private Piece _last;

    // The reader's.
    private Piece _first;
    private long _read;

    // Written by one, read by both.
    private long _written;
    private Piece? _spare = new();

    public TokenLine() => _first = _last = new Piece();

    /// <summary>How many events have been written, for anybody; those are there to be read.</summary>
    public long WrittenCount => Volatile.Read(ref _written);

    /// <summary>How many events have been read, for the reader.</summary>
    public long ReadCount => _read;

    /// <summary>Adds an event; the writer's.</summary>
    public void Write(in TokenEvent next)
    {
        int place = (int)(_written % PieceLength);
        if (place == 0 && _written > 0)
        {
            Piece piece = Interlocked.Exchange(ref _spare, null) ?? new Piece();
            _last.Next = piece;
            _last = piece;
        }

        _last.Events[place] = next;
        Volatile.Write(ref _written, _written + 1);
    }

    /// <summary>Takes the next event; the reader's.</summary>
    /// <returns>False when there is none yet.</returns>
    public bool TryRead(out TokenEvent next)
    {
        if (_read == WrittenCount)
        {
            next = default;
            return false;
        }

        int place = (int)(_read % PieceLength);
        if (place == 0 && _read > 0)
        {
            Piece done = _first;
            _first = done.Next!;
            done.Next = null;
            Volatile.Write(ref _spare, done);
        }

        ref TokenEvent taken = ref _first.Events[place];
        next = taken;
        taken = default;
        _read++;
        return true;
    }

    private sealed class Piece
    {
        public readonly TokenEvent[] Events = new TokenEvent[PieceLength];

        public Piece? Next;
    }
}
