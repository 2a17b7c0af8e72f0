using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class WhatDockerIsAskedForARouter
{
    private const string Arn = "arn:aws:ecs:us-east-1:000000000000:task/test/0123456789abcdef0123456789abcdef";
    private static readonly FirelensDirectory Directory = new("/var/lib/berth");
    private static readonly CreateContext Context = new("default", "arn:instance", _ => null, EndpointsAreLinkLocal: false) { Firelens = Directory };

    [Theory]
    [InlineData("fluentbit", "/fluent-bit/etc/fluent-bit.conf", "/fluent-bit/etc/external.conf")]
    [InlineData("fluentd", "/fluentd/etc/fluent.conf", "/fluentd/etc/external.conf")]
    public void Mounts_its_configuration_and_its_socket(string type, string config, string external)
    {
        Mounts(Accepted(type)).ShouldBe([(Directory.ConfigFile(Arn), config), (Directory.SocketFolder(Arn), "/var/run")]);
        Mounts(Accepted(type, options: new() { ["config-file-type"] = "s3", ["config-file-value"] = "arn:aws:s3:::a/b" }))[2].ShouldBe((Directory.ExternalConfigFile(Arn), external));
        Mounts(Accepted(type, options: new() { ["config-file-type"] = "file", ["config-file-value"] = "/x" })).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("fluentd", "{}", true)]
    [InlineData("fluentd", """{"User":"0"}""", true)]
    [InlineData("fluentd", """{"User":"1000:1000"}""", false)]
    [InlineData("fluentbit", "{}", false)]
    public void Tells_the_image_of_fluentd_to_stay_root_unless_it_is_not_to_be(string type, string config, bool stays)
    {
        var task = Accepted(type, change: container => container.Name == "router" ? container with { DockerConfig = new("1.24", config, "{}"), Environment = new Dictionary<string, string> { ["FLUENT_UID"] = "7" } } : container);

        Environment(task, "router").ShouldBe([stays ? "FLUENT_UID=0" : "FLUENT_UID=7"]);
    }

    [Fact]
    public void Has_docker_send_output_to_the_socket_and_says_where_the_router_is()
    {
        var task = Accepted("fluentbit", change: container => container with { Environment = new Dictionary<string, string> { ["FLUENT_HOST"] = "mine", ["A"] = "b" } });
        task = task.Apply(new ContainerFact.Observed("router", new() { DockerId = "1", Status = ContainerStatus.Running, Ipv4Addresses = ["172.17.0.9"] }));

        var body = CreateRequest.Build(task, task.Container("app")!, Context);

        body["HostConfig"]!["LogConfig"]!.ToJsonString().ShouldBe(
            $$$"""{"Type":"fluentd","Config":{"tag":"app-firelens-0123456789abcdef0123456789abcdef","fluentd-address":"unix://{{{Directory.Socket(Arn)}}}","fluentd-async":"true","fluentd-sub-second-precision":"true","fluentd-buffer-limit":"4096"}}""");
        Environment(task, "app").ShouldBe(["A=b", "FLUENT_HOST=172.17.0.9", "FLUENT_PORT=24224"]);
        CreateRequest.Build(task, task.Container("other")!, Context)["HostConfig"]!["LogConfig"].ShouldBeNull();
        Environment(task, "other").ShouldBe(["FLUENT_HOST=mine", "A=b"]);
    }

    [Theory]
    [InlineData("awsvpc", new[] { "FLUENT_HOST=127.0.0.1", "FLUENT_PORT=24224" })]
    [InlineData("host", new string[0])]
    public void Says_where_the_router_is_as_the_network_has_it(string mode, string[] expected) => Environment(Accepted("fluentbit", mode), "app").ShouldBe(expected);

    [Fact]
    public void Comes_after_the_routers_start_and_before_its_stop()
    {
        var task = Accepted("fluentbit");

        task.Container("app")!.Spec.DependsOn.ShouldBe([new("router", "START")]);
        task.Container("other")!.Spec.DependsOn.ShouldBeNull();
        task.Container("router")!.Spec.DependsOn.ShouldBeNull();

        // What the user says counts, and a router that waits for somebody is waited for by nobody.
        Accepted("fluentbit", change: container => container.Name == "app" ? container with { DependsOn = [new("router", "HEALTHY")] } : container)
            .Container("app")!.Spec.DependsOn.ShouldBe([new("router", "HEALTHY")]);
        Accepted("fluentbit", change: container => container.Name == "router" ? container with { DependsOn = [new("app", "START")] } : container)
            .Container("app")!.Spec.DependsOn.ShouldBeNull();
    }

    [Fact]
    public void Gives_secret_options_to_the_router_alone()
    {
        SecretSpec key = new("key", "/key", null, "ssm", "BOOTSTRAP", "LOG_DRIVER"), own = key with { Name = "OWN", Type = "ENVIRONMENT_VARIABLE", Target = "CONTAINER" };
        var task = Accepted("fluentbit", change: container => container with { Secrets = [key, own] });

        var moved = FirelensRouter.WithSecretsAtRouter(task.Spec).Containers;

        moved[0].Secrets.ShouldBe([key, own, own with { Name = "key_1" }]);
        moved[1].Secrets.ShouldBe([own]);
        moved[2].Secrets.ShouldBe([key, own]);
    }

    private static List<(string?, string?)> Mounts(TaskState task) =>
        [.. CreateRequest.Build(task, task.Container("router")!, Context)["HostConfig"]!["Mounts"]!.AsArray().Select(mount => ((string?)mount!["Source"], (string?)mount["Target"]))];

    private static List<string> Environment(TaskState task, string container) =>
        [.. ((JsonArray)CreateRequest.Build(task, task.Container(container)!, Context)["Env"]!).Select(variable => (string)variable!)];

    private static TaskState Accepted(string type, string networkMode = "bridge", Dictionary<string, string>? options = null, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var key = type == "fluentd" ? "@type" : "Name";
        ContainerSpec[] containers =
        [
            new() { Name = "router", Image = "i", FirelensConfiguration = new(type, options) },
            new() { Name = "app", Image = "i", DockerConfig = new("1.24", "{}", $$$"""{"LogConfig":{"Type":"awsfirelens","Config":{"{{{key}}}":"null","log-driver-buffer-limit":"4096"} } }""") },
            new() { Name = "other", Image = "i" },
        ];
        var task = TaskAcceptance.Accept(
            new()
            {
                Arn = Arn,
                Family = "fam",
                Version = "1",
                NetworkMode = networkMode,
                ElasticNetworkInterfaces = networkMode == "awsvpc" ? [new() { MacAddress = "02:00:00:00:00:01", AttachmentArn = "arn:attachment/1", SubnetGatewayIpv4Address = "10.0.0.1/28", SubnetId = "subnet-1" }] : null,
                Containers = [.. containers.Select(change ?? (container => container))],
            },
            default);
        task.Reason.ShouldBeNull();
        return task;
    }
}
