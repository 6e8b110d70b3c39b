using Ingot.Gateway.Replicas;

namespace Ingot.Gateway.Tests.Replicas;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, 1000)]
    [InlineData("3", null, 3000)]
    [InlineData("0", null, 100)]
    [InlineData("soon", null, 1000)]
    [InlineData("-5", null, 1000)]
    [InlineData("Fri, 02 Jan 2026 03:04:15 GMT", null, 10000)]
    [InlineData("Fri, 02 Jan 2026 03:04:00 GMT", null, 100)]
    [InlineData("3", "250", 250)]
    [InlineData("3", "99999999999999", 3000)]
    public void A_refusal_says_how_long_to_wait(string? seconds, string? milliseconds, int wait)
    {
        using var response = new HttpResponseMessage();
        if (seconds is not null)
            response.Headers.TryAddWithoutValidation("Retry-After", seconds);
        if (milliseconds is not null)
            response.Headers.TryAddWithoutValidation("retry-after-ms", milliseconds);

        Assert.Equal(TimeSpan.FromMilliseconds(wait), RetryAfter.Read(response, Now));
    }

    [Theory]
    [InlineData(100, "1")]
    [InlineData(1000, "1")]
    [InlineData(1001, "2")]
    public void Callers_are_told_whole_seconds(int milliseconds, string header) =>
        Assert.Equal(header, RetryAfter.Write(TimeSpan.FromMilliseconds(milliseconds)));
}
