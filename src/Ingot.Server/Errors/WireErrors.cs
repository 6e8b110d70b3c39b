using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol.Errors;

namespace Ingot.Server.Errors;

/// <summary>The one place where what went wrong becomes what the caller reads.</summary>
internal static class WireErrors
{
    private const string InvalidRequest = "invalid_request_error";
    private const string RateLimit = "rate_limit_error";
    private const string ServerError = "server_error";

    /// <summary>An error's HTTP status and body.</summary>
    public readonly record struct Description(int Status, ErrorBody Body);

    /// <summary>Describes any exception; whatever is not a refusal of ours is an internal error without details.</summary>
    public static Description Describe(Exception exception) => exception switch
    {
        IngotException refusal => Describe(refusal.Code, refusal.Message, refusal.Param),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            Describe(ErrorCode.RequestTooLarge, "The request body is larger than this service accepts."),
        BadHttpRequestException bad => Describe(ErrorCode.InvalidValue, bad.Message) with { Status = bad.StatusCode },
        IOException { InnerException: OverflowException } => Describe(ErrorCode.InvalidValue, "The request body's chunks are not of the form that HTTP gives them."),
        _ => Describe(ErrorCode.Internal, "The service met an internal error; its log has the details."),
    };

    /// <summary>Describes a refusal.</summary>
    public static Description Describe(ErrorCode code, string message, string? param = null)
    {
        int status = StatusOf(code);
        string type = status switch
        {
            StatusCodes.Status429TooManyRequests => RateLimit,
            >= 500 => ServerError,
            _ => InvalidRequest,
        };
        string word = JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());
        return new Description(status, new ErrorBody(new ErrorDetail(message, type, param, word)));
    }

    /// <summary>The HTTP status that <see cref="ErrorCode"/>'s documentation promises.</summary>
    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidValue or ErrorCode.MissingRequiredParameter or ErrorCode.UnknownParameter
            or ErrorCode.UnsupportedValue or ErrorCode.InvalidJson or ErrorCode.ContextLengthExceeded
            or ErrorCode.TemplateFailed => StatusCodes.Status400BadRequest,
        ErrorCode.InvalidApiKey => StatusCodes.Status401Unauthorized,
        ErrorCode.Forbidden => StatusCodes.Status403Forbidden,
        ErrorCode.ModelNotFound or ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.RequestTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        ErrorCode.ModelInvalid or ErrorCode.ModelUnsupported => StatusCodes.Status422UnprocessableEntity,
        ErrorCode.QueueFull or ErrorCode.RateLimitExceeded => StatusCodes.Status429TooManyRequests,
        ErrorCode.DownloadFailed or ErrorCode.ProviderFailed => StatusCodes.Status502BadGateway,
        ErrorCode.ProviderTimedOut => StatusCodes.Status504GatewayTimeout,
        ErrorCode.InsufficientStorage => StatusCodes.Status507InsufficientStorage,
        ErrorCode.InsufficientMemory or ErrorCode.EngineStopped or ErrorCode.NotReady or ErrorCode.StoreUnavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.Internal => StatusCodes.Status500InternalServerError,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "has no HTTP status"),
    };
}
