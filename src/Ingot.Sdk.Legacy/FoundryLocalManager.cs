using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AI.Foundry.Local.Service;

namespace Microsoft.AI.Foundry.Local;

/// <summary>
/// Drives a service by its REST API, as Foundry Local's first SDK did. The service is found, and where need be started, by the
/// <c>foundry</c> command; it goes on when this is disposed. Thread-safe.
/// </summary>
public sealed class FoundryLocalManager : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _starting = new(1, 1);
    private volatile ServiceClient? _service;
    private volatile List<ModelInfo>? _catalog;

    /// <summary>Makes one. The service is started with the first call that needs it.</summary>
    public FoundryLocalManager()
    {
    }

    /// <summary>Makes one for a service that runs.</summary>
    internal FoundryLocalManager(Uri service) => _service = new ServiceClient(service);

    /// <summary>Where the service listens.</summary>
    /// <exception cref="InvalidOperationException">It is not known to run yet.</exception>
    public Uri ServiceUri => _service?.Address ?? throw new InvalidOperationException("The service is not known to run yet. Call StartServiceAsync first.");

    /// <summary>Where OpenAI's clients find it.</summary>
    /// <exception cref="InvalidOperationException">As <see cref="ServiceUri"/>.</exception>
    public Uri Endpoint => new(ServiceUri, "/v1");

    /// <summary>
    /// A key for clients that want one: what the environment variable <c>INGOT_API_KEY</c> holds, for services that demand one, else any text.
    /// </summary>
    public string ApiKey => ServiceClient.Key ?? "OPENAI_API_KEY";

    /// <summary>Whether the service is known to run.</summary>
    public bool IsServiceRunning => _service is not null;

    /// <summary>Starts the service, downloads a model if it is not there, and loads it.</summary>
    /// <param name="aliasOrModelId">The model.</param>
    /// <param name="device">The kind of device its variant is to be made for; null for any.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<FoundryLocalManager> StartModelAsync(string aliasOrModelId, DeviceType? device = null, CancellationToken ct = default)
    {
        var manager = new FoundryLocalManager();
        try
        {
            await manager.StartServiceAsync(ct);
            await manager.DownloadModelAsync(aliasOrModelId, device, ct: ct);
            await manager.LoadModelAsync(aliasOrModelId, device, ct: ct);
            return manager;
        }
        catch
        {
            manager.Dispose();
            throw;
        }
    }

    /// <summary>The version at the end of an id; -1 when there is none.</summary>
    public static int GetVersion(string modelId)
    {
        int colon = modelId.LastIndexOf(':');
        return colon >= 0 && int.TryParse(modelId.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : -1;
    }

    /// <summary>Starts the service, if it does not run.</summary>
    /// <exception cref="InvalidOperationException">It cannot be started.</exception>
    public Task StartServiceAsync(CancellationToken ct = default) => ServiceAsync(ct);

    /// <summary>Stops the service.</summary>
    public async Task StopServiceAsync(CancellationToken ct = default)
    {
        await FoundryCommand.StopServiceAsync(ct);
        Interlocked.Exchange(ref _service, null)?.Dispose();
        RefreshCatalog();
    }

    /// <summary>All models the service knows, the best variant of each first. Asked for once, and again after <see cref="RefreshCatalog"/>.</summary>
    public async Task<List<ModelInfo>> ListCatalogModelsAsync(CancellationToken ct = default) =>
        _catalog ??= await (await ServiceAsync(ct)).ListCatalogAsync(ct);

    /// <summary>Forgets the list of models.</summary>
    public void RefreshCatalog() => _catalog = null;

    /// <summary>The model an alias or id means; null when there is none.</summary>
    /// <param name="aliasOrModelId">An alias, or an id; one without a version means the newest.</param>
    /// <param name="device">The kind of device its variant is to be made for; null for any.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<ModelInfo?> GetModelInfoAsync(string aliasOrModelId, DeviceType? device = null, CancellationToken ct = default)
    {
        ModelInfo[] models = [.. (await ListCatalogModelsAsync(ct)).Where(model => device is null || model.Runtime.DeviceType == device)];
        return Array.Find(models, model => Is(model.ModelId, aliasOrModelId))
            ?? models.Where(model => Is(model.ModelId.Split(':')[0], aliasOrModelId)).MaxBy(model => GetVersion(model.ModelId))
            ?? Array.Find(models, model => Is(model.Alias, aliasOrModelId));
    }

    /// <summary>The newest version of the variant that an alias or id means; null when there is none.</summary>
    public async Task<ModelInfo?> GetLatestModelInfoAsync(string aliasOrModelId, DeviceType? device = null, CancellationToken ct = default) =>
        await GetModelInfoAsync(aliasOrModelId, device, ct) is { } model ? await GetModelInfoAsync(model.ModelId.Split(':')[0], device, ct) ?? model : null;

    /// <summary>Where models are kept.</summary>
    public async Task<string> GetCacheLocationAsync(CancellationToken ct = default) => await (await ServiceAsync(ct)).GetCacheLocationAsync(ct);

    /// <summary>The models on this machine.</summary>
    public async Task<List<ModelInfo>> ListCachedModelsAsync(CancellationToken ct = default) =>
        await DescribeAsync(await (await ServiceAsync(ct)).ListCachedAsync(ct), ct);

    /// <summary>The models in memory.</summary>
    public async Task<List<ModelInfo>> ListLoadedModelsAsync(CancellationToken ct = default) =>
        await DescribeAsync(await (await ServiceAsync(ct)).ListLoadedAsync(ct), ct);

    /// <summary>Downloads a model; nothing happens when it is there, unless forced.</summary>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidOperationException">There is no such model, or it cannot be had.</exception>
    public async Task<ModelInfo?> DownloadModelAsync(
        string aliasOrModelId, DeviceType? device = null, string? token = null, bool? force = false, CancellationToken ct = default)
    {
        ModelInfo model = await RequireAsync(aliasOrModelId, device, ct);
        ServiceClient service = await ServiceAsync(ct);
        if (force != true && (await service.ListCachedAsync(ct)).Contains(model.ModelId, StringComparer.OrdinalIgnoreCase))
            return model;
        await foreach (double _ in service.DownloadAsync(model, token, ct))
            ct.ThrowIfCancellationRequested();
        return model;
    }

    /// <summary>As <see cref="DownloadModelAsync"/>, telling how far it is; the last element says how it ended, and nothing is thrown for that.</summary>
    public async IAsyncEnumerable<ModelDownloadProgress> DownloadModelWithProgressAsync(
        string aliasOrModelId, DeviceType? device = null, string? token = null, bool? force = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ModelInfo? model = await GetModelInfoAsync(aliasOrModelId, device, ct);
        if (model is null)
        {
            yield return ModelDownloadProgress.Error(NotFound(aliasOrModelId));
            yield break;
        }

        ServiceClient service = await ServiceAsync(ct);
        if (force != true && (await service.ListCachedAsync(ct)).Contains(model.ModelId, StringComparer.OrdinalIgnoreCase))
        {
            yield return ModelDownloadProgress.Completed(model);
            yield break;
        }

        await using IAsyncEnumerator<double> percentages = service.DownloadAsync(model, token, ct).GetAsyncEnumerator(ct);
        string? error;
        while ((error = await NextAsync(percentages)) is "")
            yield return ModelDownloadProgress.Progress(percentages.Current);
        yield return error is null ? ModelDownloadProgress.Completed(model) : ModelDownloadProgress.Error(error);
    }

    /// <summary>Whether there is a newer version than the one on this machine, or none is there yet.</summary>
    public async Task<bool> IsModelUpgradeableAsync(string aliasOrModelId, DeviceType? device = null, CancellationToken ct = default)
    {
        if (await GetLatestModelInfoAsync(aliasOrModelId, device, ct) is not { } latest)
            return false;
        string name = latest.ModelId.Split(':')[0];
        IEnumerable<int> here = (await (await ServiceAsync(ct)).ListCachedAsync(ct)).Where(id => Is(id.Split(':')[0], name)).Select(GetVersion);
        return here.DefaultIfEmpty(-1).Max() < GetVersion(latest.ModelId);
    }

    /// <summary>Downloads the newest version of a model.</summary>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidOperationException">There is no such model, or it cannot be had.</exception>
    public async Task<ModelInfo?> UpgradeModelAsync(string aliasOrModelId, DeviceType? device = null, string? token = null, CancellationToken ct = default)
    {
        ModelInfo latest = await GetLatestModelInfoAsync(aliasOrModelId, device, ct) ?? throw new InvalidOperationException(NotFound(aliasOrModelId));
        return await DownloadModelAsync(latest.ModelId, device, token, force: false, ct);
    }

    /// <summary>Brings a model into memory.</summary>
    /// <param name="aliasOrModelId">The model; it must be on this machine.</param>
    /// <param name="device">The kind of device its variant is to be made for; null for any.</param>
    /// <param name="timeout">How long it stays there after its last use; default ten minutes.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="InvalidOperationException">There is no such model, it is not on this machine, or cannot be loaded.</exception>
    public async Task<ModelInfo> LoadModelAsync(string aliasOrModelId, DeviceType? device = null, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        ModelInfo model = await RequireAsync(aliasOrModelId, device, ct);
        ServiceClient service = await ServiceAsync(ct);
        if (!(await service.ListCachedAsync(ct)).Contains(model.ModelId, StringComparer.OrdinalIgnoreCase))
            throw new InvalidOperationException($"Model {model.ModelId} is not on this machine. Call DownloadModelAsync first.");
        await service.LoadAsync(model.ModelId, timeout ?? UsualTimeout, ct);
        return model;
    }

    /// <summary>Takes a model out of memory. One whose time to stay still runs stays, unless forced.</summary>
    /// <exception cref="InvalidOperationException">There is no such model.</exception>
    public async Task UnloadModelAsync(string aliasOrModelId, DeviceType? device = null, bool force = false, CancellationToken ct = default)
    {
        ModelInfo model = await RequireAsync(aliasOrModelId, device, ct);
        await (await ServiceAsync(ct)).UnloadAsync(model.ModelId, force, ct);
    }

    /// <summary>Lets go of the service, which runs on.</summary>
    public void Dispose() => Interlocked.Exchange(ref _service, null)?.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string NotFound(string model) => $"Model {model} not found in the catalog.";

    /// <summary>Moves on; empty when there is another, null at the end, else why it broke off.</summary>
    private static async Task<string?> NextAsync(IAsyncEnumerator<double> percentages)
    {
        try
        {
            return await percentages.MoveNextAsync() ? "" : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or IOException)
        {
            return exception.Message;
        }
    }

    private async Task<ServiceClient> ServiceAsync(CancellationToken ct)
    {
        if (_service is { } known)
            return known;
        await _starting.WaitAsync(ct);
        try
        {
            return _service ??= new ServiceClient(await FoundryCommand.StartServiceAsync(ct));
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<ModelInfo> RequireAsync(string aliasOrModelId, DeviceType? device, CancellationToken ct) =>
        await GetModelInfoAsync(aliasOrModelId, device, ct) ?? throw new InvalidOperationException(NotFound(aliasOrModelId));

    private async Task<List<ModelInfo>> DescribeAsync(List<string> ids, CancellationToken ct)
    {
        List<ModelInfo> models = await ListCatalogModelsAsync(ct);
        return [.. models.Where(model => ids.Contains(model.ModelId, StringComparer.OrdinalIgnoreCase))];
    }
}
