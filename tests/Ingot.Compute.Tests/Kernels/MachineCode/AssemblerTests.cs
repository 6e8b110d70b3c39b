using Ingot.Compute.Kernels.MachineCode;

namespace Ingot.Compute.Tests.Kernels.MachineCode;

/// <summary>Encodings as a disassembler has read them back.</summary>
public sealed class AssemblerTests
{
    private static readonly Vector V0 = new(0), V5 = new(5), V17 = new(17), V31 = new(31);

    private static readonly (string Instruction, Action<Assembler> Write, string Bytes)[] Instructions =
    [
        ("mov r11, rdi", code => code.Move(General.R11, General.Rdi), "4C8BDF"),
        ("mov rax, [r11+8]", code => code.Load(General.Rax, new Place(General.R11, 8)), "498B4308"),
        ("mov [r11+1000], r10", code => code.Store(new Place(General.R11, 1000), General.R10), "4D8993E8030000"),
        ("add rdx, 256", code => code.Add(General.Rdx, 256), "4881C200010000"),
        ("add r9, 32", code => code.Add(General.R9, 32), "4981C120000000"),
        ("add r10, rax", code => code.Add(General.R10, General.Rax), "4C03D0"),
        ("cmp rax, r10", code => code.Compare(General.Rax, General.R10), "493BC2"),
        ("cmp r10, [r11-8]", code => code.Compare(General.R10, new Place(General.R11, -8)), "4D3B53F8"),
        ("cmova r10, [r11+8]", code => code.MoveIfAbove(General.R10, new Place(General.R11, 8)), "4D0F475308"),
        ("jb to itself", code => code.JumpIfBelow(code.Here), "0F82FAFFFFFF"),
        ("prefetcht0 [rax+4096]", code => code.Prefetch(new Place(General.Rax, 4096)), "480F188800100000"),
        ("prefetcht0 [r9]", code => code.Prefetch(new Place(General.R9)), "490F184900"),
        ("vmovups zmm0, [rax+64]", code => code.Load(V0, new Place(General.Rax, 64)), "62F17C48104001"),
        ("vmovups zmm31, [r8+8128]", code => code.Load(V31, new Place(General.R8, 8128)), "62417C4810787F"),
        ("vmovups zmm31, [r8+8]", code => code.Load(V31, new Place(General.R8, 8)), "62417C4810B808000000"),
        ("vmovups [rcx-8192], zmm17", code => code.Store(new Place(General.Rcx, -8192), V17), "62E17C48114980"),
        ("vcvtph2ps zmm5, [rcx+32]", code => code.LoadHalves(V5, new Place(General.Rcx, 32)), "62F27D48136901"),
        ("vpmovzxbd zmm5, [r10-16]", code => code.LoadBytes(V5, new Place(General.R10, -16)), "62D27D48316AFF"),
        ("vpbroadcastd zmm31, [r9+28]", code => code.Repeat(V31, new Place(General.R9, 28)), "62427D48587907"),
        ("vpxord zmm17, zmm17, zmm17", code => code.Clear(V17), "62A17540EFC9"),
        ("vpandd zmm0, zmm31, zmm5", code => code.And(V0, V31, V5), "62F10540DBC5"),
        ("vpsrld zmm17, zmm0, 4", code => code.ShiftRight(V17, V0, 4), "62F1754072D004"),
        ("vpslld zmm31, zmm31, 4", code => code.ShiftLeft(V31, V31, 4), "6291054072F704"),
        ("vpdpbusd zmm31, zmm0, [rdx+252]{1to16}", code => code.AddDotRepeated(V31, V0, new Place(General.Rdx, 252)), "62627D58507A3F"),
        ("vpdpbusd zmm17, zmm5, [r9+512]{1to16}", code => code.AddDotRepeated(V17, V5, new Place(General.R9, 512)), "62C25558508900020000"),
        ("vcvtdq2ps zmm17, zmm31", code => code.ToFloat(V17, V31), "62817C485BCF"),
        ("vcvtdq2ps zmm0, [r9+4]{1to16}", code => code.ToFloatRepeated(V0, new Place(General.R9, 4)), "62D17C585B4101"),
        ("vmulps zmm5, zmm17, [r8+12]{1to16}", code => code.MultiplyRepeated(V5, V17, new Place(General.R8, 12)), "62D17450596803"),
        ("vfmadd231ps zmm31, zmm17, zmm0", code => code.MultiplyAdd(V31, V17, V0), "62627540B8F8"),
        ("vzeroupper, ret", code => code.Return(), "C5F877C3"),
    ];

    [Fact]
    public void Instructions_are_written_as_the_processor_reads_them() => Assert.All(Instructions, instruction =>
    {
        var code = new Assembler();
        instruction.Write(code);
        Assert.Equal(instruction.Bytes, Convert.ToHexString(code.ToArray()));
    });
}
