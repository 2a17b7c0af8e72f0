using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class FetchingSecrets(Engine engine)
{
    private const string Database = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:app/db-AbCdEf";

    [Fact]
    public async Task Gives_a_container_parameters_secrets_and_environment_files_as_the_execution_role()
    {
        await using var machine = await Machine.StartAsync(engine);
        var backend = machine.Backend;
        for (var number = 0; number < 23; number++)
        {
            backend.Parameters[$"/app/{number}"] = $"value-{number}";
        }

        backend.Secrets[Database] = """{"user":"me","password":"swordfish","port":5432}""";
        backend.Secrets[$"{Database}AWSPREVIOUS"] = "before";
        backend.Objects["conf/a dir/first.env"] = "# of tests\nFIRST=from the first file\nSHARED=first\nENV=file\nP0=file\nEMPTY=\nQUOTED=\"q\"\r\nnothing\nEQUALS=a=b";
        backend.Objects["conf/second.env"] = "SHARED=second\nSECOND=from the second file";
        var task = machine.TaskOf("/bin/busybox env; exit 0", container =>
        {
            container["environment"] = new JsonObject { ["ENV"] = "definition", ["PLAIN"] = "plain" };
            container["secrets"] = new JsonArray(
            [
                .. Enumerable.Range(0, 23).Select(number => (JsonNode)Secret($"P{number}", $"/app/{number}", "ssm")),
                Secret("WHOLE", Database, "asm"), Secret("PASSWORD", $"{Database}:password::", "asm"),
                Secret("PORT", $"{Database}:port::", "asm"), Secret("OLD", $"{Database}::AWSPREVIOUS:", "asm"),
            ]);
            container["environmentFiles"] = new JsonArray(File("conf/a dir/first.env"), File("conf/second.env"));
        });
        task["executionRoleCredentials"] = Role(backend);
        var arn = (string)task["arn"]!;

        await backend.PayloadAsync(task);
        var stopped = await backend.ReportAsync(arn, "STOPPED");
        var id = (string)stopped["containers"]![0]!["runtimeId"]!;
        var environment = (await Engine.DockerAsync("logs", id)).Output.Split('\n').Where(line => line.Contains('=')).ToHashSet();

        Enumerable.Range(0, 23).Select(number => $"P{number}=value-{number}").ShouldBeSubsetOf(environment);
        new[] { "PASSWORD=swordfish", "PORT=5432", "OLD=before", "ENV=definition", "PLAIN=plain", $"WHOLE={backend.Secrets[Database]}" }.ShouldBeSubsetOf(environment);
        new[] { "FIRST=from the first file", "SECOND=from the second file", "SHARED=first", "QUOTED=\"q\"", "EQUALS=a=b" }.ShouldBeSubsetOf(environment);
        environment.ShouldNotContain(line => line.StartsWith("EMPTY", StringComparison.Ordinal) || line.StartsWith('#'));
        backend.Calls.Count(call => call.Operation == "GetParameters").ShouldBe(3);
        backend.Calls.Count(call => call.Operation == "GetSecretValue").ShouldBe(2);
        foreach (var operation in new[] { "GetParameters", "GetSecretValue", "GetObject" })
        {
            backend.SignedBy[operation].ShouldBe(backend.RoleKey.AccessKeyId);
        }

        (await Engine.DockerAsync("inspect", "--format", "{{json .Config.Labels}}", id)).Output.ShouldNotContain("swordfish");
        foreach (var file in Directory.EnumerateFiles(machine.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("lock", StringComparison.Ordinal)))
        {
            var text = await System.IO.File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            text.ShouldNotContain("swordfish", Case.Sensitive, file);
            text.ShouldNotContain("value-7", Case.Sensitive, file);
            text.ShouldNotContain("from the first file", Case.Sensitive, file);
        }

        backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stops_a_task_whose_secrets_are_missing_and_says_which()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.Secrets["json"] = """{"a":"swordfish"}""";
        machine.Backend.Intercept = (operation, request) => operation == "GetSecretValue" && (string?)request["SecretId"] == "none"
            ? (400, new JsonObject { ["__type"] = "ResourceNotFoundException", ["message"] = "Secrets Manager can't find the specified secret." }) : null;

        (await ReasonAsync(container => container["secrets"] = new JsonArray(Secret("A", "/none", "ssm"), Secret("B", "/nor this", "ssm"))))
            .ShouldBe("Fetching secret data from SSM Parameter Store in eu-west-1: invalid parameters: /none,/nor this");
        (await ReasonAsync(container => container["secrets"] = new JsonArray(Secret("A", "none", "asm"))))
            .ShouldBe("Fetching secret data from AWS Secrets Manager in region eu-west-1: secret none: ResourceNotFoundException: Secrets Manager can't find the specified secret.");
        (await ReasonAsync(container => container["environmentFiles"] = new JsonArray(File("conf/none.env"))))
            .ShouldBe("unable to download env file with key none.env from bucket conf, error: NoSuchKey: The specified key does not exist.");
        (await ReasonAsync(container => container["environmentFiles"] = new JsonArray(new JsonObject { ["value"] = "no arn", ["type"] = "s3" })))
            .ShouldBe("unable to parse bucket and key from s3 ARN specified in environmentFile no arn");

        async Task<string> ReasonAsync(Action<JsonObject> change)
        {
            var task = machine.TaskOf("exit 0", change);
            await machine.Backend.PayloadAsync(task);
            var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");
            stopped["containers"]![0]!["runtimeId"].ShouldBeNull();
            return (string)stopped["containers"]![0]!["reason"]!;
        }
    }

    [Fact]
    public async Task Tries_again_what_may_succeed_later_and_asks_with_the_agents_own_key_where_there_is_no_role()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.Parameters["/a"] = "x";
        var failures = 2;
        machine.Backend.Intercept = (operation, _) => operation == "GetParameters" && Interlocked.Decrement(ref failures) >= 0 ? (500, new JsonObject { ["__type"] = "InternalServerError" }) : null;
        var task = machine.TaskOf("[ \"$A\" = x ] && exit 4", container => container["secrets"] = new JsonArray(Secret("A", "/a", "ssm")));

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        stopped["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(4);
        machine.Backend.Calls.Count(call => call.Operation == "GetParameters").ShouldBe(3);
        machine.Backend.SignedBy["GetParameters"].ShouldBe(machine.Backend.Key.AccessKeyId);
    }

    [Fact]
    public async Task Is_given_up_at_once_when_the_task_is_to_stop()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.Intercept = (operation, _) => operation == "GetParameters" ? (500, new JsonObject { ["__type"] = "InternalServerError" }) : null;
        var task = machine.TaskOf("exit 0", container => container["secrets"] = new JsonArray(Secret("A", "/a", "ssm")));
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.Calls.Count(call => call.Operation == "GetParameters") >= 2);
        await machine.Backend.StopTaskAsync(arn);
        await machine.Backend.ReportAsync(arn, "STOPPED");

        machine.Backend.Calls.Count(call => call.Operation == "GetParameters").ShouldBeLessThan(5);
    }

    [Fact]
    public async Task Opens_a_private_registry()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.RegistryPassword = "me:swordfish";
        machine.Backend.Secrets["registry"] = """{"username":"me","password":"swordfish"}""";
        machine.Backend.Secrets["wrong"] = """{"username":"me","password":"trout"}""";
        machine.Backend.Secrets["other"] = "swordfish";

        (await ReasonAsync("registry")).ShouldContain("manifest unknown");
        (await ReasonAsync("wrong")).ShouldNotContain("manifest unknown");
        (await ReasonAsync("other")).ShouldBe("asm fetching authorization data: secret other does not hold a username and a password");

        async Task<string> ReasonAsync(string secret)
        {
            var task = machine.TaskOf("exit 0", container =>
            {
                container["image"] = $"{machine.Backend.Address.Authority}/none:1";
                container["registryAuthentication"] = new JsonObject { ["type"] = "asm", ["asmAuthData"] = new JsonObject { ["region"] = "eu-west-1", ["credentialsParameter"] = secret } };
            });
            await machine.Backend.PayloadAsync(task);
            return (string)(await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED"))["containers"]![0]!["reason"]!;
        }
    }

    [Fact]
    public async Task Sets_options_of_the_log_driver()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.Parameters["/tag"] = "swordfish";
        var task = machine.TaskOf("exit 0", container =>
        {
            container["secrets"] = new JsonArray(Secret("tag", "/tag", "ssm", "LOG_DRIVER"));
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"json-file","Config":{"max-file":"2"}}}""";
        });

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");
        var id = (string)stopped["containers"]![0]!["runtimeId"]!;

        (await Engine.DockerAsync("inspect", "--format", "{{json .HostConfig.LogConfig.Config}}", id)).Output.ShouldBe("""{"max-file":"2","tag":"swordfish"}""");
        (await Engine.DockerAsync("inspect", "--format", "{{json .Config.Env}}", id)).Output.ShouldNotContain("swordfish");
    }

    private static JsonObject Secret(string name, string from, string provider, string target = "CONTAINER") => new()
    {
        ["name"] = name,
        ["valueFrom"] = from,
        ["region"] = "eu-west-1",
        ["provider"] = provider,
        ["type"] = target == "LOG_DRIVER" ? "BOOTSTRAP" : "ENVIRONMENT_VARIABLE",
        ["target"] = target,
    };

    private static JsonObject File(string path) => new() { ["value"] = $"arn:aws:s3:::{path}", ["type"] = "s3" };

    private static JsonObject Role(FakeBackend backend) => new()
    {
        ["credentialsId"] = Guid.NewGuid().ToString(),
        ["roleArn"] = "arn:aws:iam::000000000000:role/execution",
        ["accessKeyId"] = backend.RoleKey.AccessKeyId,
        ["secretAccessKey"] = backend.RoleKey.SecretAccessKey,
        ["sessionToken"] = backend.RoleKey.SessionToken,
        ["expiration"] = "2099-01-01T00:00:00Z",
    };
}
