using Ingot.Errors;
using Ingot.Service.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace Ingot.Gateway.Forwarding;

/// <summary>What a caller is told of a provider that gave no answer.</summary>
internal static class ProviderErrors
{
    /// <summary>The refusal for a failed try.</summary>
    /// <param name="provider">Who failed.</param>
    /// <param name="error">What the forwarder says.</param>
    /// <param name="cause">What was thrown, if anything.</param>
    public static IngotException Of(ModelProvider provider, ForwarderError error, Exception? cause) => error switch
    {
        ForwarderError.RequestTimedOut or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled =>
            new IngotException(ErrorCode.ProviderTimedOut, $"Provider '{provider.Name}' was silent for too long.", inner: cause),
        _ => Of(provider, cause),
    };

    /// <summary>The refusal for what sending threw.</summary>
    public static IngotException Of(ModelProvider provider, Exception? cause)
    {
        for (Exception? inner = cause; inner is not null; inner = inner.InnerException)
        {
            if (inner is IngotException refusal)
                return refusal;
        }

        return new IngotException(ErrorCode.ProviderFailed, $"Provider '{provider.Name}' did not answer: {Reason(cause)}", inner: cause);
    }

    private static string Reason(Exception? cause) => cause switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection could be made.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "its certificate is not trusted, or it speaks no TLS.",
        OperationCanceledException => "no connection could be made in time.",
        _ => "the connection broke off.",
    };
}
