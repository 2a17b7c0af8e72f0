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
    public async Task Gives_a_task_the_credentials_of_its_role_and_acknowledges_them()
    {
        await using var machine = await Machine.StartAsync(engine);
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
}
