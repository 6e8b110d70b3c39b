using System.Diagnostics.Metrics;
using Ingot.Service.Hosting;
using Microsoft.AI.Foundry.Local.Running;

namespace Microsoft.AI.Foundry.Local.Hosting;

/// <summary>What a host can measure of Ingot, as the meter <c>Ingot</c>. Nothing leaves the machine by itself.</summary>
internal sealed class IngotMeter(IMeterFactory meters, FoundryLocalManager manager)
{
    /// <summary>Begins to measure; the meters belong to the host.</summary>
    public void Begin()
    {
        Meter meter = meters.Create("Ingot");
        ModelHost models = manager.Session.Services.Models;
        AnswerTotals totals = manager.Session.Totals;
        meter.CreateObservableGauge("ingot.models.loaded", () => models.Loaded.Count, "{model}", "Models in memory.");
        meter.CreateObservableGauge("ingot.models.memory", () => models.States.Sum(state => state.MemoryBytes), "By", "Memory of the models' weights and caches.");
        meter.CreateObservableGauge("ingot.requests.active", () => models.States.Sum(state => state.ActiveRequests), "{request}", "Requests that use models or wait for them.");
        meter.CreateObservableCounter("ingot.answers", () => totals.Answers, "{answer}", "Answers made to their end.");
        meter.CreateObservableCounter("ingot.tokens.input", () => totals.InputTokens, "{token}", "Tokens of the prompts of those answers.");
        meter.CreateObservableCounter("ingot.tokens.output", () => totals.OutputTokens, "{token}", "Tokens of those answers.");
    }
}
