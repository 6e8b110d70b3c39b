// A program with a host: the chat client comes from its services, and the model is in memory when it has started.
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddIngot(options =>
{
    options.AppName = "dependency-injection";
    options.Preload.Add("ingot-tiny-chat");
});
using IHost host = builder.Build();
await host.StartAsync();

HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
Console.WriteLine($"Health: {health.Status}");

IChatClient client = host.Services.GetRequiredService<IChatClient>();
await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Why is the sky blue?"))
    Console.Write(update.Text);
Console.WriteLine();

await host.StopAsync();
