using System.Net;
using Ingot.Testing;

namespace Ingot.Gateway.Tests.Replicas;

/// <summary>Which replica gets a request, and what becomes of it when that one does not answer.</summary>
public sealed class ReplicaRoutingTests
{
    /// <summary>
    /// So many conversations come to each of two replicas: which one is whose depends on the addresses, whose ports are other ones every
    /// time, and one replica gets them all once in 2^47 times.
    /// </summary>
    private const int Many = 48;

    [Fact]
    public async Task The_turns_of_a_conversation_go_to_one_replica_and_conversations_to_all()
    {
        await using FakeProvider first = await FakeProvider.StartAsync(Fakes.Well);
        await using FakeProvider second = await FakeProvider.StartAsync(Fakes.Well);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(first.Address, second.Address));
        for (int conversation = 0; conversation < Many; conversation++)
        {
            (int before, int beforeThat) = (first.Asked(), second.Asked());
            await AnswerAsync(service, "chat/completions", Fakes.Chat(conversation));
            await AnswerAsync(service, "chat/completions", Fakes.NextTurn(conversation));

            (int, int)[] allowed = [(2, 0), (0, 2)];
            Assert.Contains((first.Asked() - before, second.Asked() - beforeThat), allowed);
        }

        Assert.True(first.Asked() > 0 && second.Asked() > 0);
    }

    [Fact]
    public async Task A_request_for_the_next_response_goes_to_the_replica_that_has_the_one_before()
    {
        int made = 0;
        Task MakeAsync(Microsoft.AspNetCore.Http.HttpContext context, string body)
        {
            context.Response.ContentType = "application/json";
            byte[] text = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"resp_{{Interlocked.Increment(ref made)}}"}""");
            return context.Response.Body.WriteAsync(text).AsTask();
        }

        await using FakeProvider first = await FakeProvider.StartAsync(MakeAsync);
        await using FakeProvider second = await FakeProvider.StartAsync(MakeAsync);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(first.Address, second.Address) with { HasResponses = true });

        // Which prompts are whose depends on the addresses, which are other ones every time: some ports give all of eight to one.
        bool BothAsked() => first.Asked() > 0 && second.Asked() > 0;
        for (int response = 1; response <= 16 || (response < 256 && !BothAsked()); response += 2)
        {
            int before = first.Asked();
            string prompt = new((char)('a' + response), 80);
            await AnswerAsync(service, "responses", $$"""{"model": "far", "input": "{{prompt}}"}""");
            FakeProvider maker = first.Asked() > before ? first : second;
            before = maker.Asked();
            await AnswerAsync(service, "responses", $$"""{"model": "far", "input": "And?", "previous_response_id": "resp_{{response}}"}""");

            Assert.Equal(before + 1, maker.Asked());
        }

        Assert.True(BothAsked());
    }

    [Fact]
    public async Task A_replica_that_is_not_there_is_passed_over()
    {
        await using FakeProvider here = await FakeProvider.StartAsync(Fakes.Well);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(Fakes.Nobody, here.Address));

        await AssertAllAnsweredAsync(service, Many);
        Assert.Equal(Many, here.Asked());
        string states = await service.Client.GetStringAsync($"{service.Url}/openai/replicas");
        Assert.Contains("\"address\":\"http://127.0.0.1:9/v1\",\"state\":\"down\",\"reason\":\"it refuses connections\"", states, StringComparison.Ordinal);
        Assert.Contains($"\"address\":\"{here.Address}\",\"state\":\"up\",\"reason\":null", states, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_goes_away_before_its_first_word_is_replaced_by_another()
    {
        await using FakeProvider wordless = await FakeProvider.StartAsync(Fakes.GoAway);
        await using FakeProvider headless = await FakeProvider.StartAsync(Fakes.GoAwayAfterHead);
        await using FakeProvider here = await FakeProvider.StartAsync(Fakes.Well);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(wordless.Address, headless.Address, here.Address));

        await AssertAllAnsweredAsync(service, Many);
        Assert.True(wordless.Asked() + headless.Asked() > 0);
    }

    [Fact]
    public async Task Half_of_an_answer_that_is_no_stream_is_no_answer_yet()
    {
        await using FakeProvider broken = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Fakes.Answer.Length;
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Fakes.Answer[..20]));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using FakeProvider here = await FakeProvider.StartAsync(Fakes.Well);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(broken.Address, here.Address));

        for (int request = 0; broken.Asked() == 0; request++)
        {
            using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(request));
            Assert.Equal(Fakes.Answer, await Fakes.TextAsync(answer));
        }
    }

    [Theory]
    [InlineData("chat/completions", "", 2)]
    [InlineData("chat/completions", "\"store\": true,", 1)]
    [InlineData("responses", "\"input\": \"Hi\",", 2)]
    [InlineData("responses", "\"input\": \"Hi\", \"store\": true,", 2)]
    [InlineData("responses", "\"input\": \"Hi\", \"background\": true,", 1)]
    [InlineData("responses", "\"input\": \"Hi\", \"conversation\": \"conv_1\",", 1)]
    [InlineData("responses", "\"input\": \"Hi\", \"conversation\": {\"id\": \"conv_1\"},", 1)]
    public async Task What_would_leave_two_of_something_behind_is_not_sent_twice(string path, string fields, int asked)
    {
        await using FakeProvider first = await FakeProvider.StartAsync(Fakes.GoAway);
        await using FakeProvider second = await FakeProvider.StartAsync(Fakes.GoAway);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(first.Address, second.Address) with { HasResponses = true });

        using HttpResponseMessage answer = await service.PostAsync(path, Fakes.Chat(1, fields));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(asked, first.Asked() + second.Asked());
    }

    [Fact]
    public async Task A_request_that_nobody_can_bear_does_not_take_all_replicas_down()
    {
        FakeProvider[] replicas = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => FakeProvider.StartAsync(Fakes.GoAway)))];
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider([.. replicas.Select(replica => replica.Address)]));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(1));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(3, replicas.Sum(replica => replica.Asked()));
        foreach (FakeProvider replica in replicas)
            await replica.DisposeAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_full_replica_is_skipped_as_long_as_it_says(int status)
    {
        await using FakeProvider full = await FakeProvider.StartAsync(Fakes.Refuse(status, "60"));
        await using FakeProvider here = await FakeProvider.StartAsync(Fakes.Well);
        await using GatewayService service = await GatewayService.StartAsync(new ManualTime(), GatewayService.Provider(full.Address, here.Address));

        await AssertAllAnsweredAsync(service, Many);
        Assert.Equal((1, Many), (full.Asked(), here.Asked()));
    }

    [Fact]
    public async Task When_all_are_full_the_shortest_wait_is_told_and_nobody_is_asked_meanwhile()
    {
        await using FakeProvider first = await FakeProvider.StartAsync(Fakes.Refuse(429, "50"));
        await using FakeProvider second = await FakeProvider.StartAsync(Fakes.Refuse(503, "40"));
        await using GatewayService service = await GatewayService.StartAsync(new ManualTime(), GatewayService.Provider(first.Address, second.Address));

        for (int request = 0; request < 3; request++)
        {
            using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(request));
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal(40, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            Assert.Contains("provider 'elsewhere'", await Fakes.TextAsync(answer), StringComparison.Ordinal);
        }

        Assert.Equal((1, 1), (first.Asked(), second.Asked()));
    }

    [Fact]
    public async Task When_all_are_gone_the_provider_and_the_reason_are_named()
    {
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(Fakes.Nobody, new Uri("http://127.0.0.1:10/v1")));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(1));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("Of the 2 replicas of provider 'elsewhere' none answers: it refuses connections.", await Fakes.TextAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task A_replica_that_fails_is_replaced_by_another(int status)
    {
        await using FakeProvider failing = await FakeProvider.StartAsync(Fakes.Refuse(status));
        await using FakeProvider here = await FakeProvider.StartAsync(Fakes.Well);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(failing.Address, here.Address));

        await AssertAllAnsweredAsync(service, Many);
    }

    [Fact]
    public async Task A_refusal_that_is_the_requests_own_fault_is_passed_on()
    {
        await using FakeProvider first = await FakeProvider.StartAsync(Fakes.Refuse(400));
        await using FakeProvider second = await FakeProvider.StartAsync(Fakes.Refuse(400));
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(first.Address, second.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(1));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(1, first.Asked() + second.Asked());
    }

    /// <summary>Asks, and reads all of the answer: what is not read may still be under way at its replica.</summary>
    private static async Task AnswerAsync(GatewayService service, string path, string json)
    {
        using HttpResponseMessage answer = await service.PostAsync(path, json);
        await Fakes.TextAsync(answer);
    }

    private static async Task AssertAllAnsweredAsync(GatewayService service, int requests)
    {
        for (int request = 0; request < requests; request++)
        {
            using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(request, request % 2 == 0 ? "\"stream\": true," : ""));
            Assert.Equal((HttpStatusCode.OK, request % 2 == 0 ? Fakes.Events : Fakes.Answer), (answer.StatusCode, await Fakes.TextAsync(answer)));
        }
    }
}
