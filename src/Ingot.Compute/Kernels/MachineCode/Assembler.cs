namespace Ingot.Compute.Kernels.MachineCode;

/// <summary>
/// Writes x86-64 instructions, those that <see cref="DotProductCode"/> needs, one method each, destination first.
/// The encodings are those of Intel's Software Developer's Manual, volume 2.
/// </summary>
internal sealed class Assembler
{
    private const int Disp8 = 1;
    private const int Disp32 = 2;
    private const int RegisterMode = 3;
    private const int VectorBytes = 64;
    private readonly List<byte> _code = [];

    /// <summary>Where a function finds its only argument: by the calling convention of the system.</summary>
    public static General FirstArgument => OperatingSystem.IsWindows() ? General.Rcx : General.Rdi;

    /// <summary>Where the next instruction will be, for a jump back to it.</summary>
    public int Here => _code.Count;

    /// <summary>What is written so far.</summary>
    public byte[] ToArray() => [.. _code];

    public void Move(General to, General from) => Wide(0x8B, to, from);

    public void Load(General to, Place from) => Wide(0x8B, to, from);

    public void Store(Place to, General from) => Wide(0x89, from, to);

    public void Add(General to, int number)
    {
        Rex(0, (int)to);
        Bytes(0x81, ModRm(RegisterMode, 0, (int)to));
        Number(number);
    }

    public void Add(General to, General other) => Wide(0x03, to, other);

    public void Compare(General one, General other) => Wide(0x3B, one, other);

    public void Compare(General one, Place other) => Wide(0x3B, one, other);

    /// <summary>Takes the place's number over if the last comparison's first was greater, both without sign.</summary>
    public void MoveIfAbove(General to, Place from)
    {
        Rex((int)to, (int)from.Base);
        Bytes(0x0F, 0x47);
        Memory((int)to, from, 1);
    }

    /// <summary>Goes back if the last comparison's first was smaller, both without sign.</summary>
    public void JumpIfBelow(int to)
    {
        Bytes(0x0F, 0x82);
        Number(to - (Here + sizeof(int)));
    }

    /// <summary>Asks for a line, into all caches.</summary>
    public void Prefetch(Place line)
    {
        Rex(0, (int)line.Base);
        Bytes(0x0F, 0x18);
        Memory(1, line, 1);
    }

    /// <summary>Ends the function; the upper halves of vectors are cleared first, since code of the older kind may follow.</summary>
    public void Return() => Bytes(0xC5, 0xF8, 0x77, 0xC3);

    public void Load(Vector to, Place from) => Evex(Map.Basic, Prefix.None, 0x10, to, default, from, VectorBytes, repeat: false);

    public void Store(Place to, Vector from) => Evex(Map.Basic, Prefix.None, 0x11, from, default, to, VectorBytes, repeat: false);

    /// <summary>16 halves as floats.</summary>
    public void LoadHalves(Vector to, Place from) => Evex(Map.Longer, Prefix.Operand, 0x13, to, default, from, VectorBytes / 2, repeat: false);

    /// <summary>16 bytes without sign as integers.</summary>
    public void LoadBytes(Vector to, Place from) => Evex(Map.Longer, Prefix.Operand, 0x31, to, default, from, VectorBytes / 4, repeat: false);

    /// <summary>One number, 16 times.</summary>
    public void Repeat(Vector to, Place number) => Evex(Map.Longer, Prefix.Operand, 0x58, to, default, number, sizeof(int), repeat: false);

    public void Clear(Vector vector) => Evex(Map.Basic, Prefix.Operand, 0xEF, vector, vector, vector);

    public void And(Vector to, Vector one, Vector other) => Evex(Map.Basic, Prefix.Operand, 0xDB, to, one, other);

    public void ShiftRight(Vector to, Vector from, byte bits) => Shift(to, from, 2, bits);

    public void ShiftLeft(Vector to, Vector from, byte bits) => Shift(to, from, 6, bits);

    /// <summary>Adds to each of 16 sums four products of bytes, those of the codes without sign and those of the four at a place with sign.</summary>
    public void AddDotRepeated(Vector sums, Vector codes, Place four) => Evex(Map.Longer, Prefix.Operand, 0x50, sums, codes, four, sizeof(int), repeat: true);

    /// <summary>Integers as floats.</summary>
    public void ToFloat(Vector to, Vector from) => Evex(Map.Basic, Prefix.None, 0x5B, to, default, from);

    /// <summary>One integer as a float, 16 times.</summary>
    public void ToFloatRepeated(Vector to, Place from) => Evex(Map.Basic, Prefix.None, 0x5B, to, default, from, sizeof(int), repeat: true);

    public void MultiplyRepeated(Vector to, Vector one, Place other) => Evex(Map.Basic, Prefix.None, 0x59, to, one, other, sizeof(float), repeat: true);

    /// <summary>sum + one · other, rounded once.</summary>
    public void MultiplyAdd(Vector sum, Vector one, Vector other) => Evex(Map.Longer, Prefix.Operand, 0xB8, sum, one, other);

    private enum Map
    {
        Basic = 1,
        Longer = 2,
    }

    private enum Prefix
    {
        None = 0,
        Operand = 1,
    }

    private static byte ModRm(int mode, int register, int other) => (byte)((mode << 6) | ((register & 7) << 3) | (other & 7));

    private void Shift(Vector to, Vector from, int digit, byte bits)
    {
        Evex(Map.Basic, Prefix.Operand, 0x72, new Vector(digit), to, from);
        Bytes(bits);
    }

    private void Wide(byte opcode, General register, General other)
    {
        Rex((int)register, (int)other);
        Bytes(opcode, ModRm(RegisterMode, (int)register, (int)other));
    }

    private void Wide(byte opcode, General register, Place place)
    {
        Rex((int)register, (int)place.Base);
        Bytes(opcode);
        Memory((int)register, place, 1);
    }

    // 64 bits, and the fourth bits of two registers' numbers.
    private void Rex(int register, int other) => Bytes((byte)(0x48 | (register >> 3 << 2) | (other >> 3)));

    private void Evex(Map map, Prefix prefix, byte opcode, Vector register, Vector second, Vector other)
    {
        EvexPrefix(map, prefix, register.Number, second.Number, other.Number >> 3, repeat: false);
        Bytes(opcode, ModRm(RegisterMode, register.Number, other.Number));
    }

    private void Evex(Map map, Prefix prefix, byte opcode, Vector register, Vector second, Place place, int unit, bool repeat)
    {
        EvexPrefix(map, prefix, register.Number, second.Number, (int)place.Base >> 3, repeat);
        Bytes(opcode);
        Memory(register.Number, place, unit);
    }

    // Most bits of registers' numbers are kept inverted: those above the lowest three of the first, all of the second, and the upper two of the other.
    private void EvexPrefix(Map map, Prefix prefix, int register, int second, int other, bool repeat)
    {
        int inverted = ((register & 8) << 4) | ((other & 2) << 5) | ((other & 1) << 5) | (register & 16);
        Bytes(
            0x62,
            (byte)((inverted ^ 0xF0) | (int)map),
            (byte)(((~second & 15) << 3) | 4 | (int)prefix),
            (byte)(0x40 | (repeat ? 0x10 : 0) | ((~second & 16) >> 1)));
    }

    // A short offset counts in units: the size of what is read or written, for vectors.
    private void Memory(int register, Place place, int unit)
    {
        int units = place.Offset / unit;
        if (place.Offset % unit == 0 && units is >= sbyte.MinValue and <= sbyte.MaxValue)
        {
            Bytes(ModRm(Disp8, register, (int)place.Base), (byte)units);
            return;
        }

        Bytes(ModRm(Disp32, register, (int)place.Base));
        Number(place.Offset);
    }

    private void Bytes(params ReadOnlySpan<byte> bytes) => _code.AddRange(bytes);

    private void Number(int number) => Bytes((byte)number, (byte)(number >> 8), (byte)(number >> 16), (byte)(number >> 24));
}
