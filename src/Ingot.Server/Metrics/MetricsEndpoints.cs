using System.Text;
using Ingot.Server.Http;
using Ingot.Server.OpenApi;
using Ingot.Service;
using Ingot.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Metrics;

/// <summary>What the service does, in numbers for those who watch it or decide how many of it there should be.</summary>
internal static class MetricsEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", Get).Describe(new WireOperation("getMetrics", "Service", "Tells queues, answers and tokens in numbers.")
        {
            Text = "Families of numbers in Prometheus' text form.",
        });

    private static ContentHttpResult Get(IngotServices services, OpenRequests requests) =>
        TypedResults.Text(Describe(services.Models.States, requests.Counts), MetricsText.MediaType, Encoding.UTF8);

    /// <summary>The numbers of these models and requests.</summary>
    internal static string Describe(IReadOnlyList<LoadedModelState> models, (int UnderWay, long LetIn, long Refused) requests)
    {
        LoadedModelState[] generating = [.. models.Where(model => model.Statistics is not null)];
        return new MetricsText()
            .Gauge("ingot_requests_active", "Requests for answers under way.", (null, requests.UnderWay))
            .Counter("ingot_requests_total", "Requests for answers that were let in.", (null, requests.LetIn))
            .Counter("ingot_requests_refused_total", "Requests for answers refused because the service was full or stopping.", (null, requests.Refused))
            .Gauge("ingot_queue_depth", "Answers that wait for their turn, over all models.", (null, generating.Sum(model => model.Statistics!.Waiting)))
            .Gauge("ingot_models_loaded", "Models in memory.", (null, models.Count(model => model.State == ModelState.Loaded)))
            .Gauge("ingot_model_memory_bytes", "Memory of a model's weights and cache.", models.Select(model => ((string?)model.Entry.Id, (double)model.MemoryBytes)))
            .Gauge("ingot_model_requests_active", "Requests that use a model or wait for it.", models.Select(model => ((string?)model.Entry.Id, (double)model.ActiveRequests)))
            .Gauge("ingot_model_queue_depth", "Answers that wait for their turn.", Of(generating, engine => engine.Waiting))
            .Gauge("ingot_model_running", "Answers being made.", Of(generating, engine => engine.Running))
            .Gauge("ingot_model_cache_blocks", "Blocks of a model's key-value cache.", Of(generating, engine => engine.BlockCount))
            .Gauge("ingot_model_cache_blocks_free", "Blocks of that cache that no answer holds.", Of(generating, engine => engine.FreeBlocks))
            .Counter("ingot_model_steps_total", "Steps computed.", Of(generating, engine => engine.Steps))
            .Counter("ingot_model_prompt_tokens_total", "Tokens computed as part of a prompt.", Of(generating, engine => engine.PromptTokens))
            .Counter("ingot_model_generated_tokens_total", "Tokens computed after the prompt.", Of(generating, engine => engine.DecodedTokens))
            .Counter("ingot_model_preemptions_total", "How often an answer lost its blocks of the cache to an older one.", Of(generating, engine => engine.Preemptions))
            .Counter("ingot_model_integrity_failures_total", "How often an engine found its own bookkeeping wrong and began anew.", Of(generating, engine => engine.IntegrityFailures))
            .ToString();
    }

    private static IEnumerable<(string? Model, double Value)> Of(LoadedModelState[] models, Func<Engine.EngineStatistics, double> number) =>
        models.Select(model => ((string?)model.Entry.Id, number(model.Statistics!)));
}
