using System.Diagnostics.Metrics;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingot.Sdk.Tests;

/// <summary>Ingot in a program with a host.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task A_host_has_the_model_in_memory_a_client_a_generator_health_and_measurements()
    {
        var measured = new Dictionary<string, long>();
        using IHost host = Build(ShippedModel.Name);
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host));
        ChatResponse answer = await host.Services.GetRequiredService<IChatClient>().GetResponseAsync(
            ShippedModel.Question, new ChatOptions { MaxOutputTokens = 5 }, TestContext.Current.CancellationToken);
        var vectors = await host.Services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GenerateAsync(
            ["rice"], cancellationToken: TestContext.Current.CancellationToken);
        using (MeterListener listener = Listen(measured))
            listener.RecordObservableInstruments();

        Assert.NotEmpty(answer.Text);
        Assert.Single(vectors);
        Assert.Equal(2, measured["ingot.models.loaded"]);
        Assert.Equal(1, measured["ingot.answers"]);
        Assert.Equal(answer.Usage!.OutputTokenCount, measured["ingot.tokens.output"]);
        Assert.True(measured["ingot.models.memory"] > 1_000_000);
        Assert.Equal(0, measured["ingot.requests.active"]);

        IModel model = (await host.Services.GetRequiredService<ICatalog>().GetModelAsync(ShippedModel.Name, TestContext.Current.CancellationToken))!;
        await model.UnloadAsync();
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(host));
        host.Services.GetRequiredService<FoundryLocalManager>().Dispose();
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(host));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_host_does_not_start_without_a_model_it_needs()
    {
        using IHost host = Build("no-such-model");

        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("'no-such-model' in Preload", refusal.Message, StringComparison.Ordinal);
    }

    private static IHost Build(string preload)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddIngot(options =>
        {
            options.AppName = "ingot-tests";
            options.Preload.Add(preload);
        });
        return builder.Build();
    }

    private static async Task<HealthStatus> HealthAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(registration => registration.Tags.Contains("ready"))).Status;

    private static MeterListener Listen(Dictionary<string, long> measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Ingot")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.Start();
        return listener;
    }
}
