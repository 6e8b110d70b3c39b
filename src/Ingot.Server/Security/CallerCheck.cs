using Ingot.Errors;
using Ingot.Server.Http;
using Ingot.Server.OpenApi;
using Ingot.Server.Security.Tokens;
using Ingot.Service;

namespace Ingot.Server.Security;

/// <summary>
/// Lets in who shows what this service demands; everything but the routes that say whether it lives is behind this, also what there is
/// no route for. Who comes by the local pipe is the service's own user, which the system has checked.
/// </summary>
internal sealed class CallerCheck(RequestDelegate next, ServerOptions options, CallerDemand demand, KeyRing keys, IngotServices services)
{
    private const string Challenge = "Bearer realm=\"ingot\"";

    /// <summary>Runs the rest of the pipeline, or refuses with 401 or 429.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        WireOperation? operation = context.GetEndpoint()?.Metadata.GetMetadata<WireOperation>();
        if (operation is { IsOpen: true } || !demand.IsMade || LocalPipe.Carries(context) || IsShutdown(context.Request))
            return next(context);

        try
        {
            Admit(context);
        }
        catch (IngotException refusal) when (refusal.Code == ErrorCode.InvalidApiKey)
        {
            context.Response.Headers.WWWAuthenticate = context.Request.Headers.Authorization.Count > 0 ? $"{Challenge}, error=\"invalid_token\"" : Challenge;
            throw;
        }

        if (KeyIdentity.Of(context) is { } known)
            Account(context, known, operation);
        return next(context);
    }

    private void Admit(HttpContext context)
    {
        string shown = Credential.Read(context.Request.Headers) ?? throw Credential.Refusal(
            $"No credential: send {(demand.TakesKeys ? "an API key in 'api-key' or 'Authorization: Bearer'" : "a token in 'Authorization: Bearer'")}.");
        if (context.User.Identity is TokenIdentity token)
            CheckScopes(context, token);
        else if (demand.TakesKeys && keys.Find(shown) is { } known)
            context.User = known.Principal;
        else
            throw Credential.Refusal(demand.TakesTokens && Credential.IsToken(shown) ? $"The token is not valid here: {TokenFault.Of(context)}." : "The API key is not valid here.");
    }

    private void CheckScopes(HttpContext context, TokenIdentity token)
    {
        IReadOnlyList<string> wanted = services.Options.TokenScopes;
        if (token.HasAny(wanted))
            return;
        string list = string.Join(' ', wanted);
        context.Response.Headers.WWWAuthenticate = $"{Challenge}, error=\"insufficient_scope\", scope=\"{list}\"";
        throw new IngotException(ErrorCode.Forbidden, $"The token has none of the scopes or roles that this service wants: {list}.");
    }

    private static void Account(HttpContext context, KeyIdentity known, WireOperation? operation)
    {
        context.Response.OnStarting(() =>
        {
            known.Account.Describe(context.Response.Headers);
            return Task.CompletedTask;
        });
        if (RequestGate.IsWork(context.Request, operation))
            known.Account.Enter(context.Response.Headers, known.Key.Name);
    }

    // Its token is worth more than a key: it is known to the command that started the service, and to nobody else.
    private bool IsShutdown(HttpRequest request) =>
        options.ShutdownToken is { } token && request.Path == "/shutdown" && SecretText.Same(request.Headers.Authorization.ToString(), $"Bearer {token}");
}
