namespace Ingot.Compute.Kernels.MachineCode;

/// <summary>General registers that a function may use without keeping what was in them, by the processor's numbers; <see cref="Rdi"/> not on Windows.</summary>
internal enum General
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
}

/// <summary>A 512-bit register. 0 to 5 and 16 to 31 may be used without keeping what was in them, on every system.</summary>
/// <param name="Number">0 to 31.</param>
internal readonly record struct Vector(int Number);

/// <summary>A place in memory.</summary>
/// <param name="Base">Holds the address.</param>
/// <param name="Offset">Bytes from there.</param>
internal readonly record struct Place(General Base, int Offset = 0)
{
    /// <summary>Some bytes on.</summary>
    public Place Plus(int bytes) => this with { Offset = Offset + bytes };
}
