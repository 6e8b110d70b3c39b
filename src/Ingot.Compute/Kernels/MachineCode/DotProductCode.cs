using System.Runtime.InteropServices;

namespace Ingot.Compute.Kernels.MachineCode;

/// <summary>
/// Writes a function that multiplies a tile with some rows by AVX-512's dot product of bytes (VNNI), one instruction in place of two to six, for
/// which the runtime has no name. Sums are made in the order of <see cref="FourBitKernel{TOps, TInt, TFloat}"/> and
/// <see cref="EightBitKernel{TOps, TInt, TFloat}"/>: the same bits.
/// </summary>
/// <param name="bits">Bits of a code: 4 or 8.</param>
/// <param name="halfScales">Whether scales are halves.</param>
/// <param name="zeroPoints">How zero points are kept.</param>
/// <param name="rows">Rows, 1 to 8.</param>
internal sealed class DotProductCode(int bits, bool halfScales, ZeroPointKind zeroPoints, int rows)
{
    private const int Line = 64;

    // How far ahead of the scan memory is asked for.
    private const int PrefetchBytes = 4096;

    // Starts hold 8 times a sum; the middle of 8 bits is 128.
    private const byte EighthsOfMiddle = 4;

    private const General Arguments = General.R11;
    private const General Codes = General.Rax;
    private const General Scales = General.Rcx;
    private const General RowCodes = General.Rdx;
    private const General RowScales = General.R8;
    private const General RowStarts = General.R9;

    // The end of the current block; at a block's beginning the zero points.
    private const General End = General.R10;

    private static readonly Vector Low = new(0), High = new(1), Scale = new(2), Zero = new(3), Product = new(4), LowHalves = new(5);

    private readonly Assembler _assembler = new();

    /// <summary>The function: takes the address of its <see cref="DotProductArguments"/>, gives nothing back.</summary>
    public byte[] Write()
    {
        Begin();
        int block = _assembler.Here;
        BeginBlock();
        int group = _assembler.Here;
        foreach (int row in Enumerable.Range(0, rows)) BeginGroup(row);
        foreach (int line in Enumerable.Range(0, bits)) AddLine(line);
        foreach (int row in Enumerable.Range(0, rows)) EndGroup(row);
        _assembler.Add(Codes, bits * Line);
        _assembler.Add(RowCodes, Activations.RowsTogether * Activations.GroupSize);
        _assembler.Add(RowScales, Activations.RowsTogether * sizeof(float));
        _assembler.Add(RowStarts, Activations.RowsTogether * sizeof(int));
        _assembler.Compare(Codes, End);
        _assembler.JumpIfBelow(group);
        _assembler.Compare(Codes, Argument(nameof(DotProductArguments.CodesEnd)));
        _assembler.JumpIfBelow(block);
        StoreTotals();
        _assembler.Return();
        return _assembler.ToArray();
    }

    private static Vector Sum(int row) => new(16 + row);

    private static Vector Total(int row) => new(16 + Activations.RowsTogether + row);

    private static Place Start(int row) => new(RowStarts, row * sizeof(int));

    private static Place Argument(string field) => new(Arguments, (int)Marshal.OffsetOf<DotProductArguments>(field));

    private static Place RowArgument(string field) => Argument(nameof(DotProductArguments.Rows)).Plus((int)Marshal.OffsetOf<ActivationRows>(field));

    private void Begin()
    {
        _assembler.Move(Arguments, Assembler.FirstArgument);
        _assembler.Load(Codes, Argument(nameof(DotProductArguments.Codes)));
        _assembler.Load(Scales, Argument(nameof(DotProductArguments.Scales)));
        _assembler.Load(RowCodes, RowArgument(nameof(ActivationRows.Codes)));
        _assembler.Load(RowScales, RowArgument(nameof(ActivationRows.Scales)));
        _assembler.Load(RowStarts, RowArgument(nameof(ActivationRows.Starts)));
        _assembler.Repeat(LowHalves, Argument(nameof(DotProductArguments.LowHalves)));
        foreach (int row in Enumerable.Range(0, rows)) _assembler.Clear(Total(row));
    }

    // The last block may be partial.
    private void BeginBlock()
    {
        if (halfScales) _assembler.LoadHalves(Scale, new Place(Scales));
        else _assembler.Load(Scale, new Place(Scales));
        _assembler.Add(Scales, WeightMatrix.TileSize * (halfScales ? 2 : sizeof(float)));
        if (zeroPoints != ZeroPointKind.Middle) LoadZeroPoints();
        _assembler.Load(End, Argument(nameof(DotProductArguments.BlockBytes)));
        _assembler.Add(End, Codes);
        _assembler.Compare(End, Argument(nameof(DotProductArguments.CodesEnd)));
        _assembler.MoveIfAbove(End, Argument(nameof(DotProductArguments.CodesEnd)));
    }

    private void LoadZeroPoints()
    {
        Place argument = Argument(nameof(DotProductArguments.ZeroPoints));
        bool bytes = zeroPoints == ZeroPointKind.Byte;
        _assembler.Load(End, argument);
        if (bytes) _assembler.LoadBytes(Zero, new Place(End));
        else _assembler.Load(Zero, new Place(End));
        if (bytes) _assembler.ToFloat(Zero, Zero);
        _assembler.Add(End, WeightMatrix.TileSize * (bytes ? 1 : sizeof(float)));
        _assembler.Store(argument, End);
    }

    // With 4 bits a line's high halves are 16 inputs on.
    private void AddLine(int line)
    {
        var codes = new Place(Codes, line * Line);
        _assembler.Load(Low, codes);
        _assembler.Prefetch(codes.Plus(PrefetchBytes));
        if (bits == 8)
        {
            AddInputs(Low, 4 * line);
            return;
        }

        _assembler.ShiftRight(High, Low, 4);
        _assembler.And(Low, Low, LowHalves);
        _assembler.And(High, High, LowHalves);
        AddInputs(Low, 4 * line);
        AddInputs(High, (4 * line) + (Activations.GroupSize / 2));
    }

    private void AddInputs(Vector codes, int input)
    {
        for (int row = 0; row < rows; row++) _assembler.AddDotRepeated(Sum(row), codes, new Place(RowCodes, (row * Activations.GroupSize) + input));
    }

    // What is left of the middle of the codes' range is taken away beforehand.
    private void BeginGroup(int row)
    {
        Vector sum = Sum(row);
        if (zeroPoints != ZeroPointKind.Middle)
        {
            _assembler.Clear(sum);
            return;
        }

        _assembler.Repeat(sum, Start(row));
        if (bits == 8) _assembler.ShiftLeft(sum, sum, EighthsOfMiddle);
    }

    // As PackedTile.Add has it: total + (dot − zero point · sum of activations) · (weight scale · activation scale).
    private void EndGroup(int row)
    {
        Vector sum = Sum(row);
        _assembler.ToFloat(sum, sum);
        if (zeroPoints != ZeroPointKind.Middle)
        {
            _assembler.ToFloatRepeated(Product, Start(row));
            _assembler.MultiplyRepeated(Product, Product, Argument(nameof(DotProductArguments.Eighth)));
            _assembler.MultiplyAdd(sum, Zero, Product);
        }

        _assembler.MultiplyRepeated(Product, Scale, new Place(RowScales, row * sizeof(float)));
        _assembler.MultiplyAdd(Total(row), sum, Product);
    }

    private void StoreTotals()
    {
        _assembler.Load(Codes, Argument(nameof(DotProductArguments.Y)));
        _assembler.Load(Scales, Argument(nameof(DotProductArguments.YRowBytes)));
        for (int row = 0; row < rows; row++)
        {
            _assembler.Store(new Place(Codes), Total(row));
            _assembler.Add(Codes, Scales);
        }
    }
}
