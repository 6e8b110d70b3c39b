using System.Runtime.InteropServices;
using Ingot.Compute.Memory;
using Ingot.Errors;

namespace Ingot.Compute.Tests.Memory;

public sealed unsafe partial class NativeBufferTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 64)]
    [InlineData(1000, 64)]
    [InlineData(600_000, 2 * 1024 * 1024)]
    public void Memory_is_aligned_zeroed_and_as_long_as_asked(long length, long alignment)
    {
        using var buffer = new NativeBuffer<int>(length);
        Assert.Equal(0, (long)buffer.Pointer % alignment);
        Assert.Equal(length, buffer.Length);
        Assert.Equal(length, buffer.Span.Length);
        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(0));
        buffer.Span.Fill(7);
        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(7));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue / 8)]
    [InlineData(1L << 50)]
    public void More_than_there_is_is_refused(long length)
    {
        IngotException refusal = Assert.Throws<IngotException>(() => new NativeBuffer<long>(length));
        Assert.Equal(ErrorCode.InsufficientMemory, refusal.Code);
    }

    [Fact]
    public void Disposing_twice_is_harmless()
    {
        var buffer = new NativeBuffer<byte>(10);
        buffer.Dispose();
        buffer.Dispose();
        Assert.True(buffer.Pointer == null);
    }

    [Fact]
    public void Memory_that_another_buffer_has_given_back_is_claimed_without_being_touched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked which pages are there.");
        // Less than what the C library keeps for later: by the second one it would have learnt to.
        const long Length = 24 << 20;
        for (int i = 0; i < 3; i++)
        {
            using var buffer = new NativeBuffer<byte>(Length);
            Assert.Equal(0, PagesPresent(buffer));
            buffer.Span.Fill(7);
            Assert.Equal(Length / Environment.SystemPageSize, PagesPresent(buffer));
        }
    }

    private static int PagesPresent(NativeBuffer<byte> buffer)
    {
        var present = new byte[buffer.Length / Environment.SystemPageSize];
        Assert.Equal(0, LookUp(buffer.Pointer, (nuint)buffer.Length, present));
        return present.Count(page => (page & 1) == 1);
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LookUp(void* address, nuint length, byte[] present);
}
