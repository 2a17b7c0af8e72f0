using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Berth.LoadBalancer.Tests;

public sealed class Traffic
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_to_healthy_targets_in_turn()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b, c) = (await world.BackendAsync("a"), await world.BackendAsync("b"), await world.BackendAsync("c"));
        var (_, url, _) = await world.ServeAsync(a, b, c);

        for (var request = 0; request < 30; request++)
        {
            (await world.Client.GetStringAsync(url, Cancelled)).Length.ShouldBe(1);
        }

        new[] { a.Served, b.Served, c.Served }.ShouldBe([10, 10, 10]);
    }

    [Fact]
    public async Task Carries_the_request_unchanged_but_for_the_headers_a_load_balancer_adds()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (_, url, _) = await world.ServeAsync(a);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"{url}a%2Fb/%7Ec//d?x=1%202&y=%2F", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = "shop.example.com";
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Own", ["one", "two"]);

        using var response = await world.Client.SendAsync(request, Cancelled);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        a.Targets.ShouldBe(["/a%2Fb/%7Ec//d?x=1%202&y=%2F"]);
        var seen = a.Headers.Single();
        seen.Host.ToString().ShouldBe("shop.example.com");
        seen["X-Own"].ToString().ShouldBe("one, two");
        seen["X-Forwarded-For"].ToString().ShouldBe("203.0.113.9, 127.0.0.1");
        seen["X-Forwarded-Proto"].ToString().ShouldBe("http");
        seen["X-Forwarded-Port"].ToString().ShouldBe(url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        seen["X-Amzn-Trace-Id"].ToString().ShouldMatch("^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$");
        seen.ContainsKey("traceparent").ShouldBeFalse();
    }

    [Fact]
    public async Task Brings_the_targets_answer_back_as_it_is()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (_, url, _) = await world.ServeAsync(await world.BackendAsync("a"));

        using var response = await world.Client.GetAsync(new Uri(url, "/teapot"), Cancelled);

        ((int)response.StatusCode).ShouldBe(418);
        response.Headers.GetValues("X-Kind").ShouldBe(["teapot"]);
        response.Headers.Server.ToString().ShouldBe("Kestrel");
    }

    [Fact]
    public async Task Hands_on_an_upload_before_its_end()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (_, url, _) = await world.ServeAsync(a);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Parse(url.Host), url.Port, Cancelled);
        var stream = socket.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /first-line HTTP/1.1\r\nHost: {url.Authority}\r\nTransfer-Encoding: chunked\r\n\r\n2001\r\n{new string('x', 8192)}\n\r\n"), Cancelled);
        (await a.FirstLine.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled)).Length.ShouldBe(8192);

        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), Cancelled);
        (await new StreamReader(stream).ReadLineAsync(Cancelled)).ShouldBe("HTTP/1.1 200 OK");
    }

    [Fact]
    public async Task Hands_on_a_download_before_its_end()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (_, url, _) = await world.ServeAsync(a);

        using var response = await world.Client.GetAsync(new Uri(url, "/slow-stream"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await using var body = await response.Content.ReadAsStreamAsync(Cancelled);
        var first = new byte[6];
        await body.ReadExactlyAsync(first, Cancelled);
        Encoding.ASCII.GetString(first).ShouldBe("first,");

        a.Release();
        (await new StreamReader(body).ReadToEndAsync(Cancelled)).ShouldBe("last");
    }

    [Fact]
    public async Task Carries_bodies_larger_than_any_buffer()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (_, url, _) = await world.ServeAsync(await world.BackendAsync("a"));
        var body = new byte[40 << 20];
        new Random(1).NextBytes(body);

        using var uploaded = await world.Client.PostAsync(new Uri(url, "/count"), new ByteArrayContent(body), Cancelled);
        var downloaded = await world.Client.GetByteArrayAsync(new Uri(url, "/large"), Cancelled);

        (await uploaded.Content.ReadAsStringAsync(Cancelled)).ShouldBe(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(body)));
        downloaded.Length.ShouldBe(40 << 20);
    }

    [Fact]
    public async Task Upgrades_to_a_web_socket()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (_, url, _) = await world.ServeAsync(await world.BackendAsync("a"));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{url.Authority}/echo"), Cancelled);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, Cancelled);

        Encoding.ASCII.GetString(buffer, 0, received.Count).ShouldBe("hello");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
    }

    [Fact]
    public async Task Tries_another_target_when_no_connection_can_be_made_even_with_a_body()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b) = (await world.BackendAsync("a"), await world.BackendAsync("b"));
        var (_, url, _) = await world.ServeAsync(a, b);
        await b.DisposeAsync();

        for (var request = 0; request < 10; request++)
        {
            using var response = await world.Client.PostAsync(new Uri(url, "/echo"), new StringContent($"number {request}"), Cancelled);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await response.Content.ReadAsStringAsync(Cancelled)).ShouldBe($"number {request}");
        }
    }

    [Fact]
    public async Task Is_answered_502_when_the_target_breaks_off_and_is_not_sent_to_another()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b) = (await world.BackendAsync("a"), await world.BackendAsync("b"));
        var (_, url, _) = await world.ServeAsync(a, b);

        using var response = await world.Client.PostAsync(new Uri(url, "/abort"), new StringContent("body"), Cancelled);

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        response.Headers.Server.ToString().ShouldBe("awselb/2.0");
        (await response.Content.ReadAsStringAsync(Cancelled)).ShouldContain("502 Bad Gateway");
        (a.Served + b.Served).ShouldBe(1);
    }

    [Fact]
    public async Task Is_answered_503_without_targets()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (_, url, _) = await world.ServeAsync();
        await Await.Until(() => CanConnectAsync(url));

        using var response = await world.Client.GetAsync(url, Cancelled);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync(Cancelled)).ShouldContain("503 Service");
    }

    [Fact]
    public async Task Is_answered_504_when_the_target_is_still_for_the_idle_timeout()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (_, url, _) = await world.ServeAsync(await world.BackendAsync("a"));
        await world.CallAsync(
            "ModifyLoadBalancerAttributes",
            ("LoadBalancerArn", world.State.LoadBalancers.Keys.Single()),
            ("Attributes.member.1.Key", "idle_timeout.timeout_seconds"),
            ("Attributes.member.1.Value", "1"));
        await Await.Until(() => Applied(world, "\"idleTimeoutSeconds\":1,"));

        using var response = await world.Client.GetAsync(new Uri(url, "/slow"), Cancelled);

        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task Follows_rules_redirects_and_fixed_responses()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b) = (await world.BackendAsync("a"), await world.BackendAsync("b"));
        var (_, url, listener) = await world.ServeAsync(a);
        var other = await world.TargetGroupAsync("other");
        await world.RegisterAsync(other, b);
        await world.CallAsync("CreateRule", ("ListenerArn", listener), ("Priority", 10),
            ("Conditions.member.1.Field", "path-pattern"), ("Conditions.member.1.Values.member.1", "/img/*"),
            ("Actions.member.1.Type", "forward"), ("Actions.member.1.TargetGroupArn", other));
        await world.CallAsync("CreateRule", ("ListenerArn", listener), ("Priority", 20),
            ("Conditions.member.1.Field", "host-header"), ("Conditions.member.1.HostHeaderConfig.Values.member.1", "*.Old.example.com"),
            ("Actions.member.1.Type", "redirect"), ("Actions.member.1.RedirectConfig.StatusCode", "HTTP_301"),
            ("Actions.member.1.RedirectConfig.Protocol", "HTTPS"), ("Actions.member.1.RedirectConfig.Host", "new.example.com"), ("Actions.member.1.RedirectConfig.Port", "443"));
        await world.CallAsync("CreateRule", ("ListenerArn", listener), ("Priority", 30),
            ("Conditions.member.1.Field", "query-string"), ("Conditions.member.1.QueryStringConfig.Values.member.1.Key", "v"), ("Conditions.member.1.QueryStringConfig.Values.member.1.Value", "0?"),
            ("Conditions.member.2.Field", "http-request-method"), ("Conditions.member.2.HttpRequestMethodConfig.Values.member.1", "DELETE"),
            ("Actions.member.1.Type", "fixed-response"), ("Actions.member.1.FixedResponseConfig.StatusCode", "410"),
            ("Actions.member.1.FixedResponseConfig.ContentType", "application/json"), ("Actions.member.1.FixedResponseConfig.MessageBody", "{}"));
        await world.HealthyAsync(other, b);

        (await world.Client.GetStringAsync(new Uri(url, "/img/logo.png"), Cancelled)).ShouldBe("b");
        (await world.Client.GetStringAsync(new Uri(url, "/image"), Cancelled)).ShouldBe("a");

        using var old = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/some/path?q=1")) { Headers = { Host = "shop.old.example.com" } };
        using var moved = await world.Client.SendAsync(old, Cancelled);
        moved.StatusCode.ShouldBe(HttpStatusCode.MovedPermanently);
        moved.Headers.Location!.OriginalString.ShouldBe("https://new.example.com:443/some/path?q=1");

        using var gone = await world.Client.DeleteAsync(new Uri(url, "/?v=01"), Cancelled);
        gone.StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await gone.Content.ReadAsStringAsync(Cancelled)).ShouldBe("{}");
        (await world.Client.GetStringAsync(new Uri(url, "/?v=01"), Cancelled)).ShouldBe("a");
    }

    [Fact]
    public async Task Of_two_load_balancers_uses_the_same_port_on_different_addresses()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b) = (await world.BackendAsync("a"), await world.BackendAsync("b"));
        var port = Ports.Free();
        foreach (var backend in (Backend[])[a, b])
        {
            var group = await world.TargetGroupAsync(backend.Name);
            await world.RegisterAsync(group, backend);
            await world.ListenerAsync(await world.LoadBalancerAsync(backend.Name), port, group);
            await world.HealthyAsync(group, backend);
        }

        foreach (var balancer in world.State.LoadBalancers.Values)
        {
            (await world.Client.GetStringAsync(new Uri($"http://{balancer.Address}:{port}"), Cancelled)).ShouldBe(balancer.Name);
        }
    }

    [Fact]
    public async Task Is_split_by_weight()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b) = (await world.BackendAsync("a"), await world.BackendAsync("b"));
        var (group, url, listener) = await world.ServeAsync(a);
        var canary = await world.TargetGroupAsync("canary");
        await world.RegisterAsync(canary, b);
        await world.CallAsync("ModifyListener", ("ListenerArn", listener), ("DefaultActions.member.1.Type", "forward"),
            ("DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn", group), ("DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.Weight", 90),
            ("DefaultActions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn", canary), ("DefaultActions.member.1.ForwardConfig.TargetGroups.member.2.Weight", 10));
        await world.HealthyAsync(canary, b);

        for (var request = 0; request < 100; request++)
        {
            await world.Client.GetStringAsync(url, Cancelled);
        }

        b.Served.ShouldBeInRange(8, 12);
        (a.Served + b.Served).ShouldBe(100);
    }

    private static bool Applied(World world, string text) => world.KeptConfiguration().Contains(text, StringComparison.Ordinal);

    private static async Task<bool> CanConnectAsync(Uri url)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
