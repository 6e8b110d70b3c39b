using Ingot.Compute.Memory;
using Ingot.Errors;

namespace Ingot.Compute.Tests.Memory;

public sealed unsafe class NativeBufferTests
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
}
