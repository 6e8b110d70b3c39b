using System.Net;
using System.Net.Sockets;
using System.Text;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Ingot.Models.Catalog;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.Running;

namespace Ingot.Sdk.Tests;

/// <summary>The web service a program starts, and a program that uses another's.</summary>
public sealed class WebServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ReservedPort _port = new();
    private readonly FoundryLocalManager _host;

    public WebServiceTests() => _host = OwnManager.Create(_folder.Path, web: new Configuration.WebService { Urls = $"127.0.0.1:{_port.Number}" });

    [Fact]
    public async Task The_service_listens_from_start_to_stop_and_again()
    {
        Assert.Null(_host.Urls);
        await _host.StartWebServiceAsync();
        string url = Assert.Single(_host.Urls!);
        using var http = new HttpClient { Timeout = Waits.Longest };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"{url}/v1/models"), TestContext.Current.CancellationToken)).StatusCode);
        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(() => _host.StartWebServiceAsync());
        Assert.Contains("Call StopWebServiceAsync first.", refusal.Message, StringComparison.Ordinal);
        await _host.StopWebServiceAsync();
        await _host.StopWebServiceAsync();
        Assert.Null(_host.Urls);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"{url}/v1/models"), TestContext.Current.CancellationToken));
        await _host.StartWebServiceAsync();
        Assert.NotNull(_host.Urls);
    }

    [Fact]
    public async Task Another_programs_service_is_driven_as_if_models_were_here()
    {
        await _host.StartWebServiceAsync();
        using FoundryLocalManager guest = OwnManager.Create(_folder.Path, web: new Configuration.WebService { ExternalUrl = new Uri(_host.Urls![0]) });
        ICatalog guestCatalog = await guest.GetCatalogAsync();
        ICatalog hostCatalog = await _host.GetCatalogAsync();
        IModel model = (await guestCatalog.GetModelAsync(ShippedModel.Name))!;

        await model.LoadAsync();
        Assert.Equal(model.Id, Assert.Single(await hostCatalog.GetLoadedModelsAsync()).Id);
        Assert.Equal(model.Id, Assert.Single(await guestCatalog.GetLoadedModelsAsync()).Id);
        Assert.Empty(guest.Session.Services.Models.Loaded);

        string there = await AnswerAsync(model);
        string here = await AnswerAsync((await hostCatalog.GetModelAsync(ShippedModel.Name))!);
        Assert.Equal(here, there);
        Assert.Contains(ShippedModel.AnswerWord, there, StringComparison.OrdinalIgnoreCase);

        await model.UnloadAsync();
        await model.UnloadAsync();
        Assert.Empty(await hostCatalog.GetLoadedModelsAsync());
    }

    [Fact]
    public async Task Calls_and_vectors_come_from_the_service_too()
    {
        await _host.StartWebServiceAsync();
        using FoundryLocalManager guest = OwnManager.Create(_folder.Path, web: new Configuration.WebService { ExternalUrl = new Uri(_host.Urls![0]) });
        ICatalog catalog = await guest.GetCatalogAsync();
        IModel chat = (await catalog.GetModelAsync(ShippedModel.Name))!;
        IModel embed = (await catalog.GetModelAsync(BuiltInModel.EmbeddingAlias))!;
        await chat.LoadAsync();
        await embed.LoadAsync();
        OpenAIChatClient client = await chat.GetChatClientAsync();
        client.Settings.ToolChoice = ToolChoice.FunctionChoice("now");
        client.Settings.RandomSeed = 1;
        client.Settings.TopK = 5;

        ChatCompletionCreateResponse answer = await client.CompleteChatAsync(
            [ChatMessage.FromUser("What time is it?")],
            [ToolDefinition.DefineFunction(new FunctionDefinition { Name = "now", Description = "Tells the time." })]);
        EmbeddingCreateResponse vectors = await (await embed.GetEmbeddingClientAsync()).GenerateEmbeddingsAsync(["rice", "soup"]);

        Assert.Equal("now", answer.Choices[0].Message.ToolCalls!.Single().FunctionCall!.Name);
        Assert.True(answer.Usage!.PromptTokens > 0);
        Assert.Equal(2, vectors.Data.Count);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_named()
    {
        using FoundryLocalManager guest = OwnManager.Create(_folder.Path, web: new Configuration.WebService { ExternalUrl = new Uri("http://127.0.0.1:1") });
        IModel model = (await (await guest.GetCatalogAsync()).GetModelAsync(ShippedModel.Name))!;

        Assert.Contains("http://127.0.0.1:1/ does not answer", (await Assert.ThrowsAsync<FoundryLocalException>(() => model.LoadAsync())).Message, StringComparison.Ordinal);
        Assert.Contains("ExternalUrl", (await Assert.ThrowsAsync<FoundryLocalException>(() => guest.StartWebServiceAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_demands_a_key_gets_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var web = new Configuration.WebService { ExternalUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), ApiKey = " ingot-key\n" };
        await using var runtime = new ServiceRuntime(web.ExternalUrl, web.ToApiKey());

        Task<IReadOnlyList<string>> loaded = runtime.ListLoadedAsync(TestContext.Current.CancellationToken);
        using TcpClient client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        var lines = new List<string>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line)
            lines.Add(line);
        await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Empty(await loaded);
        Assert.Contains("Authorization: Bearer ingot-key", lines);
    }

    [Theory]
    [InlineData("data: {\"choices\":[]}\n\n", "broke off")]
    [InlineData("data: {\"error\":{\"message\":\"no memory\"}}\n\n", "no memory")]
    [InlineData("data: nonsense\n\n", "not known here")]
    [InlineData("data: {\"choices\":[{\"index\":\"x\",\"delta\":5}]}\n\n", "broke off")]
    public async Task What_is_no_answer_is_refused(string stream, string words)
    {
        using var reader = new ServiceStream(new MemoryStream(Encoding.UTF8.GetBytes(stream)));

        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(async () =>
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is not null)
                Assert.True(true);
        });

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _host.Dispose();
        _port.Dispose();
        _folder.Dispose();
    }

    private static async Task<string> AnswerAsync(IModel model)
    {
        OpenAIChatClient client = await model.GetChatClientAsync();
        client.Settings.Temperature = 0;
        var text = new StringBuilder();
        await foreach (ChatCompletionCreateResponse piece in client.CompleteChatStreamingAsync([ChatMessage.FromUser(ShippedModel.Question)], TestContext.Current.CancellationToken))
            text.Append(piece.Choices[0].Message.Content);
        return text.ToString();
    }
}
