using Ingot.Errors;
using Ingot.Server.Errors;

namespace Ingot.Server.Tests.Errors;

public sealed class WireErrorsTests
{
    public static TheoryData<ErrorCode> Codes => [.. Enum.GetValues<ErrorCode>()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_a_status_and_a_word(ErrorCode code)
    {
        WireErrors.Description description = WireErrors.Describe(code, "A sentence.", "field");

        Assert.InRange(description.Status, 400, 507);
        Assert.Matches("^[a-z]+(_[a-z]+)*$", description.Body.Error.Code);
        Assert.Equal("field", description.Body.Error.Param);
    }

    [Theory]
    [InlineData(ErrorCode.ContextLengthExceeded, 400, "invalid_request_error", "context_length_exceeded")]
    [InlineData(ErrorCode.ModelNotFound, 404, "invalid_request_error", "model_not_found")]
    [InlineData(ErrorCode.QueueFull, 429, "rate_limit_error", "queue_full")]
    [InlineData(ErrorCode.EngineStopped, 503, "server_error", "engine_stopped")]
    public void The_words_programs_look_for_are_exact(ErrorCode code, int status, string type, string word)
    {
        WireErrors.Description description = WireErrors.Describe(code, "A sentence.");

        Assert.Equal((status, type, word), (description.Status, description.Body.Error.Type, description.Body.Error.Code));
    }

    [Fact]
    public void An_unexpected_exception_shows_nothing_of_itself()
    {
        WireErrors.Description description = WireErrors.Describe(new InvalidOperationException("secret detail"));

        Assert.Equal(500, description.Status);
        Assert.DoesNotContain("secret", description.Body.Error.Message, StringComparison.Ordinal);
    }
}
