namespace Ingot.Text.Constraints.Automata;

/// <summary>A set of byte values.</summary>
internal readonly record struct ByteSet(ulong A, ulong B, ulong C, ulong D)
{
    public bool IsEmpty => (A | B | C | D) == 0;

    public static ByteSet Of(int first, int last)
    {
        var set = default(ByteSet);
        for (var value = first; value <= last; value++) set = set.With((byte)value);
        return set;
    }

    public bool Contains(byte value) => ((Word(value >> 6) >> (value & 63)) & 1) != 0;

    public ByteSet With(byte value)
    {
        var bit = 1UL << (value & 63);
        return (value >> 6) switch
        {
            0 => this with { A = A | bit },
            1 => this with { B = B | bit },
            2 => this with { C = C | bit },
            _ => this with { D = D | bit },
        };
    }

    public ByteSet Or(ByteSet other) => new(A | other.A, B | other.B, C | other.C, D | other.D);

    /// <summary>The values that are in while the one before is not, or the other way round; 0 counts as after one that is not.</summary>
    public ByteSet Changes() => new(A ^ (A << 1), B ^ ((B << 1) | (A >> 63)), C ^ ((C << 1) | (B >> 63)), D ^ ((D << 1) | (C >> 63)));

    private ulong Word(int index) => index switch { 0 => A, 1 => B, 2 => C, _ => D };
}
