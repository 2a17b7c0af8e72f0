using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class AskingTheContainerEndpoints(Engine engine)
{
    [Fact]
    public async Task Tells_a_container_which_task_and_cluster_it_belongs_to()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("/bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task; echo; /bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4; echo; /bin/busybox sleep 100", container =>
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""");

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 2);

        var document = JsonNode.Parse(machine.Backend.LogLines("s")[0])!;
        document["Cluster"]!.GetValue<string>().ShouldBe("test");
        document["TaskARN"]!.GetValue<string>().ShouldBe((string)task["arn"]!);
        document["Family"]!.GetValue<string>().ShouldBe("fam");
        document["Revision"]!.GetValue<string>().ShouldBe("3");
        document["AvailabilityZone"]!.GetValue<string>().ShouldBe("us-east-1a");
        var container = JsonNode.Parse(machine.Backend.LogLines("s")[1])!;
        container["Name"]!.GetValue<string>().ShouldBe("app");
        container["LogDriver"]!.GetValue<string>().ShouldBe("awslogs");
        container["DockerId"]!.GetValue<string>().Length.ShouldBe(64);
    }

    [Fact]
    public async Task Tells_labels_mounts_devices_and_what_the_health_check_said()
    {
        await using var machine = await Machine.StartAsync(engine);
        const string Ask = "until /bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4 | /bin/busybox grep -q '\"exitCode\":3'; do /bin/busybox sleep 0.1; done; /bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4; echo; /bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/associations/elastic-inference; echo; exec /bin/busybox sleep 100";
        var task = machine.TaskOf(Ask, container =>
        {
            container["healthCheckType"] = "docker";
            container["mountPoints"] = new JsonArray(new JsonObject { ["sourceVolume"] = "v", ["containerPath"] = "/v" });
            container["dockerConfig"]!["config"] = """{"Labels":{"team":"web","com.amazonaws.ecs.cluster":"another"},"Healthcheck":{"Test":["CMD-SHELL","echo unwell; exit 3"],"Interval":200000000,"Timeout":5000000000,"Retries":1}}""";
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""";
        });
        task["volumes"] = new JsonArray(new JsonObject { ["name"] = "v", ["type"] = "host", ["host"] = new JsonObject { ["sourcePath"] = "/tmp" } });
        task["associations"] = new JsonArray(
            new JsonObject { ["name"] = "dev-1", ["type"] = "elastic-inference", ["containers"] = new JsonArray("app") },
            new JsonObject { ["name"] = "dev-2", ["type"] = "elastic-inference", ["containers"] = new JsonArray("other") });

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 2);

        var document = JsonNode.Parse(machine.Backend.LogLines("s")[0])!;
        document["Labels"]!["team"]!.GetValue<string>().ShouldBe("web");
        document["Labels"]!["com.amazonaws.ecs.cluster"]!.GetValue<string>().ShouldBe("test");
        document["Labels"]!["com.amazonaws.ecs.container-name"]!.GetValue<string>().ShouldBe("app");
        document["Volumes"]!.ToJsonString().ShouldBe("""[{"Source":"/tmp","Destination":"/v"}]""");
        document["Health"]!["output"]!.GetValue<string>().ShouldBe("unwell\n");
        document["Health"]!["status"]!.GetValue<string>().ShouldBe("UNHEALTHY");
        machine.Backend.LogLines("s")[1].ShouldBe("""{"Associations":["dev-1"]}""");
    }

    [Fact]
    public async Task Shows_operators_all_tasks_or_the_one_they_name()
    {
        const int Port = 52349;
        await using var machine = await Machine.StartAsync(engine, options => options with { IntrospectionPort = Port });
        var task = machine.TaskOf(Machine.UntilTerm);
        var arn = (string)task["arn"]!;
        await machine.Backend.PayloadAsync(task);
        var id = (string)(await machine.Backend.ReportAsync(arn, "RUNNING"))["containers"]![0]!["runtimeId"]!;

        (await AskAsync("/v1/tasks")).Body["Tasks"]!.AsArray().ShouldHaveSingleItem()!["Arn"]!.GetValue<string>().ShouldBe(arn);
        foreach (var query in new[] { $"taskarn={arn}", $"dockerid={id}", $"dockerid={id[..12]}" })
        {
            var (status, one) = await AskAsync($"/v1/tasks?{query}");
            status.ShouldBe(200);
            (one["Arn"]!.GetValue<string>(), one["Family"]!.GetValue<string>(), one["Version"]!.GetValue<string>(), one["KnownStatus"]!.GetValue<string>()).ShouldBe((arn, "fam", "3", "RUNNING"));
            one["Containers"]![0]!["DockerId"]!.GetValue<string>().ShouldBe(id);
        }

        var (missing, nothing) = await AskAsync($"/v1/tasks?taskarn={arn}0");
        (missing, nothing.ToJsonString()).ShouldBe((404, "{}"));
        (await AskAsync("/v1/tasks?dockerid=0000")).Status.ShouldBe(404);
        (await AskAsync($"/v1/tasks?taskarn={arn}&dockerid={id}")).Status.ShouldBe(400);
        (await AskAsync("/v1/metadata")).Body["ContainerInstanceArn"]!.GetValue<string>().ShouldBe(machine.Backend.InstanceArn);
        (await AskAsync("/")).Body["AvailableCommands"]!.ToJsonString().ShouldBe("""["/v1/metadata","/v1/tasks"]""");

        static async Task<(int Status, JsonNode Body)> AskAsync(string path)
        {
            using var http = new HttpClient();
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{Port}{path}"), TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
        }
    }

    [Fact]
    public async Task Tells_the_tags_of_the_task_and_of_its_instance_and_what_could_not_be_had()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.Intercept = (operation, body) => operation != "ListTagsForResource" ? null
            : ((string)body["resourceArn"]!).Contains(":task/", StringComparison.Ordinal) ? (200, new JsonObject { ["tags"] = new JsonArray(new JsonObject { ["key"] = "team", ["value"] = "web" }) })
            : (400, new JsonObject { ["__type"] = "AccessDeniedException", ["message"] = "no" });
        var task = machine.TaskOf("/bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/taskWithTags; echo; /bin/busybox sleep 100", container =>
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""");

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 1);

        var document = JsonNode.Parse(machine.Backend.LogLines("s")[0])!;
        document["TaskTags"]!.ToJsonString().ShouldBe("""{"team":"web"}""");
        document["ContainerInstanceTags"].ShouldBeNull();
        var error = document["Errors"]!.AsArray().Single()!;
        error["ErrorField"]!.GetValue<string>().ShouldBe("ContainerInstanceTags");
        error["ErrorCode"]!.GetValue<string>().ShouldBe("AccessDeniedException");
        error["ResourceARN"]!.GetValue<string>().ShouldBe(machine.Backend.InstanceArn);
    }

    [Fact]
    public async Task Is_limited_to_so_many_at_once_from_one_address()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { ContainerEndpointPort = 52346, IntrospectionPort = 52347 });
        await machine.Backend.ConnectedAsync();
        using var http = new HttpClient();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ => (int)(await http.GetAsync(new Uri("http://127.0.0.1:52346/v2/credentials/none"), TestContext.Current.CancellationToken)).StatusCode));
        var introspection = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => (int)(await http.GetAsync(new Uri("http://127.0.0.1:52347/v1/metadata"), TestContext.Current.CancellationToken)).StatusCode));

        statuses.Count(status => status == 400).ShouldBeGreaterThanOrEqualTo(60);
        statuses.ShouldContain(429);
        introspection.ShouldAllBe(status => status == 200);
    }

    [Fact]
    public async Task Gives_a_task_the_credentials_of_its_role_and_acknowledges_them()
    {
        // An address that is given: where the agent may not listen at 169.254.170.2.
        await using var machine = await Machine.StartAsync(engine, options => options with { MetadataAddress = "172.17.0.1:52345", ContainerEndpointPort = 52345 });
        var id = Guid.NewGuid().ToString();
        var task = machine.TaskOf("/bin/busybox wget -q -O - $AWS_CONTAINER_CREDENTIALS_FULL_URI; echo; /bin/busybox sleep 100", container =>
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""");
        task["roleCredentials"] = new JsonObject { ["credentialsId"] = id, ["roleArn"] = "arn:aws:iam::000000000000:role/task", ["accessKeyId"] = "ASIA1", ["secretAccessKey"] = "very-secret", ["sessionToken"] = "token", ["expiration"] = "2030-01-01T00:00:00Z" };

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 1);

        var document = JsonNode.Parse(machine.Backend.LogLines("s")[0])!;
        document["AccessKeyId"]!.GetValue<string>().ShouldBe("ASIA1");
        document["Token"]!.GetValue<string>().ShouldBe("token");
        await machine.Backend.UntilAsync(() => machine.Backend.AcsMessages.Any(message => (string?)message["type"] == "IAMRoleCredentialsAckRequest" && (string?)message["message"]!["credentialsId"] == id));
        Directory.GetFiles(machine.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("lock", StringComparison.Ordinal)).ShouldAllBe(file => !File.ReadAllText(file).Contains("very-secret"));
    }

    [Fact]
    public async Task Protects_the_task_with_the_key_of_its_role()
    {
        await using var machine = await Machine.StartAsync(engine);
        var (role, id) = (machine.Backend.RoleKey, Guid.NewGuid().ToString());
        machine.Backend.Intercept = (operation, request) => operation is "UpdateTaskProtection" or "GetTaskProtection"
            ? (200, new JsonObject
            {
                ["protectedTasks"] = new JsonArray(new JsonObject { ["taskArn"] = (string?)request["tasks"]![0], ["protectionEnabled"] = true, ["expirationDate"] = 1893456000 }),
                ["failures"] = new JsonArray(),
            })
            : null;
        var task = machine.TaskOf("""
            all=${ECS_AGENT_URI#http://}; host=${all%%/*}; port=80; case $host in *:*) port=${host#*:} ;; esac
            # A caller that closes its side has gone, so it stays open for as long as the answer takes.
            say() { { printf 'PUT /%s/task-protection/v1/state HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "${all#*/}" ${#1} "$1"; /bin/busybox sleep 2; } | /bin/busybox nc ${host%:*} $port | /bin/busybox tail -n 1; echo; }
            say '{"ProtectionEnabled":true,"ExpiresInMinutes":5}'
            say '{"ExpiresInMinutes":5}'
            /bin/busybox wget -q -O - $ECS_AGENT_URI/task-protection/v1/state; echo
            exec /bin/busybox sleep 100
            """, container => container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""");
        task["roleCredentials"] = new JsonObject { ["credentialsId"] = id, ["roleArn"] = "arn:aws:iam::000000000000:role/task", ["accessKeyId"] = role.AccessKeyId, ["secretAccessKey"] = role.SecretAccessKey, ["sessionToken"] = role.SessionToken, ["expiration"] = "2030-01-01T00:00:00Z" };

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 3);

        var arn = (string)task["arn"]!;
        var told = $$$"""{"protection":{"ExpirationDate":"2030-01-01T00:00:00Z","ProtectionEnabled":true,"TaskArn":"{{{arn}}}"}}""";
        machine.Backend.LogLines("s").ShouldBe([told, $$$"""{"error":{"Arn":"{{{arn}}}","Code":"InvalidParameterException","Message":"Invalid request: does not contain 'ProtectionEnabled' field"}}""", told]);
        var asked = machine.Backend.Calls.Where(call => call.Operation is "UpdateTaskProtection" or "GetTaskProtection").ToList();
        asked.Select(call => (call.Operation, (int?)call.Body["expiresInMinutes"])).ShouldBe([("UpdateTaskProtection", 5), ("GetTaskProtection", null)]);
        machine.Backend.Problems.ShouldBeEmpty();    // Such as a wrong signature.
    }

    [Fact]
    public async Task Is_possible_at_the_address_that_sdks_know_whichever_agents_come_and_go()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Listening at 169.254.170.2 needs root.");
        await using var first = await Machine.StartAsync(engine);
        await first.Backend.UntilAsync(() => first.Backend.Upgrades.Count > 0);    // It has opened its endpoints by then.
        await using var second = await Machine.StartAsync(engine);
        var (one, other) = (AsksForItsCredentials(first, "ASIA1"), AsksForItsCredentials(second, "ASIA2"));

        await first.Backend.PayloadAsync(one);
        await second.Backend.PayloadAsync(other);
        await first.Backend.UntilAsync(() => first.Backend.LogLines("s").Contains("ASIA1"));
        await second.Backend.UntilAsync(() => second.Backend.LogLines("s").Contains("ASIA2"));
        const int Ends = 4;
        for (var end = 1; end <= Ends; end++)
        {
            await first.StopAgentAsync();
            await AnswersAsync();
            var upgrades = first.Backend.Upgrades.Count;
            first.StartAgent();
            await first.Backend.UntilAsync(() => first.Backend.Upgrades.Count > upgrades);
            await AnswersAsync();
        }

        // A socket that closes resets what waits in its queue: of one who asks one thing at a time, one request at most.
        second.Backend.LogLines("s").Count(line => line == "none").ShouldBeLessThanOrEqualTo(Ends);

        async Task AnswersAsync()
        {
            var before = second.Backend.LogLines("s").Length;
            await second.Backend.UntilAsync(() => second.Backend.LogLines("s").Skip(before).Count(line => line == "ASIA2") >= 5);
        }
    }

    private static JsonObject AsksForItsCredentials(Machine machine, string key)
    {
        const string Ask = "while true; do /bin/busybox wget -q -O - http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI 2>/dev/null | /bin/busybox grep -o 'ASIA[0-9]' || echo none; /bin/busybox sleep 0.05; done";
        var task = machine.TaskOf(Ask, container =>
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""");
        task["roleCredentials"] = new JsonObject { ["credentialsId"] = Guid.NewGuid().ToString(), ["roleArn"] = "arn:aws:iam::000000000000:role/task", ["accessKeyId"] = key, ["secretAccessKey"] = "s", ["sessionToken"] = "t", ["expiration"] = "2030-01-01T00:00:00Z" };
        return task;
    }
}
