using Ingot.Engine;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Server.Http;
using Ingot.Service;

namespace Ingot.Server.Security;

/// <summary>
/// What the caller of a request may use, and what it has used. Whoever answers a request that names a model asks here first: routes
/// do when they read the request's body, and so must whatever answers a request before it reaches its route. A singleton of the
/// server's container. Thread-safe.
/// </summary>
public sealed class CallerRights
{
    private readonly IngotServices _services;
    private readonly CallerDemand _demand;

    internal CallerRights(IngotServices services, CallerDemand demand) => (_services, _demand) = (services, demand);

    /// <summary>Whether callers must show who they are, so that what is kept for one is not for another.</summary>
    public bool TellsCallersApart => _demand.IsMade;

    /// <summary>
    /// The name by which what a request keeps is kept for its caller alone; null where callers are not told apart, and on the local pipe.
    /// </summary>
    /// <param name="context">The request, past the check of who asks.</param>
    public static string? OwnerOf(HttpContext context) => Caller.Of(context);

    /// <summary>Refuses a request for a model that its caller may not use.</summary>
    /// <param name="context">The request, past the check of who asks.</param>
    /// <param name="model">The model as the request names it: an alias, name or id, known here or not.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelNotFound"/>, in the same words whether there is such a model or not.
    /// </exception>
    public async ValueTask EnsureMayUseAsync(HttpContext context, string model)
    {
        if (ModelsOf(context) is not { Count: > 0 } allowed || allowed.Contains(model, StringComparer.OrdinalIgnoreCase))
            return;
        if (await _services.Catalog.FindOrDefaultAsync(model, context.RequestAborted) is { } entry && MayUse(context, entry))
            return;
        throw NotAllowed(model);
    }

    /// <summary>As <see cref="EnsureMayUseAsync(HttpContext, string)"/>, for a model that was found.</summary>
    /// <param name="context">The request, past the check of who asks.</param>
    /// <param name="names">All of the model's names, the one the request says first.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelNotFound"/>.</exception>
    public void EnsureMayUse(HttpContext context, params IReadOnlyList<string> names)
    {
        if (!MayUse(context, names))
            throw NotAllowed(names[0]);
    }

    /// <summary>Refuses what concerns every model from a caller that may not use all of them.</summary>
    /// <param name="context">The request, past the check of who asks.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Forbidden"/>.</exception>
    public void EnsureMayUseAll(HttpContext context)
    {
        if (ModelsOf(context).Count > 0)
            throw new IngotException(ErrorCode.Forbidden, "A key that is limited to some models may not change what concerns all of them.");
    }

    /// <summary>Whether its caller may use a model.</summary>
    /// <param name="context">The request, past the check of who asks.</param>
    /// <param name="names">All of the model's names: alias, name and id; one that is allowed is enough.</param>
    public bool MayUse(HttpContext context, params IEnumerable<string> names) =>
        ModelsOf(context) is not { Count: > 0 } allowed || names.Any(name => allowed.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Counts tokens against the limits of a request's caller, if it has any.</summary>
    /// <param name="context">The request, past the check of who asks.</param>
    /// <param name="tokens">Tokens of prompt and answer together, as the usage of the answer has them.</param>
    public void Charge(HttpContext context, long tokens) => KeyIdentity.Of(context)?.Account.Charge(tokens);

    /// <summary>
    /// Whether its caller may see and change how the service is set up: this machine's user on the local pipe, and anybody where nobody must
    /// show who they are. Who has a key or token may use models.
    /// </summary>
    internal static bool MayManage(HttpContext context) => LocalPipe.Carries(context) || Caller.Of(context) is null;

    /// <summary>Whether its caller may use a model.</summary>
    internal bool MayUse(HttpContext context, ModelEntry entry) => MayUse(context, entry.Id, entry.Name, entry.Alias);

    /// <summary>
    /// Counts what an answer uses, also one that is cut short: as much of it as is known when the answer's headers are sent, so that
    /// they tell what is left after it, and the rest at its end.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="used">What was used until now.</param>
    internal static void Follow(HttpContext context, Func<TokenUsage> used)
    {
        if (KeyIdentity.Of(context)?.Account is not { } account)
            return;
        long charged = 0;
        context.Response.OnStarting(Settle);
        context.Response.OnCompleted(Settle);

        Task Settle()
        {
            long now = Total(used());
            account.Charge(now - charged);
            charged = now;
            return Task.CompletedTask;
        }
    }

    /// <summary>Tokens of prompt and answer together.</summary>
    internal static long Total(TokenUsage usage) => (long)usage.PromptTokens + usage.CompletionTokens;

    private static IReadOnlyList<string> ModelsOf(HttpContext context) => KeyIdentity.Of(context)?.Key.Models ?? [];

    private static IngotException NotAllowed(string model) => new(
        ErrorCode.ModelNotFound, $"The model '{(model.Length > 200 ? $"{model[..200]}…" : model)}' does not exist or you do not have access to it.", "model");
}
