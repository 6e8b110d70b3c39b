using Ingot.Engine.Sessions;
using Ingot.Errors;

namespace Ingot.Engine.Tests.Sessions;

public sealed class FloatRowsTests
{
    [Fact]
    public void Rows_wider_than_any_memory_are_refused()
    {
        Assert.Equal(151_936, FloatRows.Width(151_936));
        var error = Assert.Throws<IngotException>(() => FloatRows.Width(1L << 40));
        Assert.Equal(ErrorCode.ModelUnsupported, error.Code);
        Assert.Contains("1099511627776", error.Message, StringComparison.Ordinal);
    }
}
