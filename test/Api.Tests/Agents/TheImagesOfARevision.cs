using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Api.Tests;

/// <summary>What an agent is told to pull, from what an earlier task of the same revision has told of its images.</summary>
public sealed class TheImagesOfARevision
{
    private readonly ToldCluster cluster = new();

    [Theory]
    [InlineData("web", "web@sha256:1")]
    [InlineData("web:1.2", "web@sha256:1")]
    [InlineData("localhost:5000/team/web", "localhost:5000/team/web@sha256:1")]
    [InlineData("localhost:5000/team/web:1.2", "localhost:5000/team/web@sha256:1")]
    [InlineData("web@sha256:2", "web@sha256:2")]
    public void Are_named_by_digest_once_it_is_known(string image, string pinned)
    {
        Start(image);
        ImageOf(cluster.State.Tasks.Values.Single()).ShouldBe(image);

        Run("sha256:1");

        ImageOf(Next()).ShouldBe(pinned);
    }

    [Fact]
    public void Stay_as_they_are_where_version_consistency_is_disabled()
    {
        Start("web:1", ""","versionConsistency":"disabled" """);

        Run("sha256:1");

        ImageOf(Next()).ShouldBe("web:1");
    }

    [Fact]
    public void Are_looked_up_anew_by_a_new_deployment()
    {
        Start("web:1");
        Run("sha256:1");

        cluster.Do(new UpdateServiceCommand("web", new() { ForceNewDeployment = true }));

        ImageOf(cluster.State.Tasks.Values.Single(task => task.LastStatus == EcsTaskStatus.Pending)).ShouldBe("web:1");
    }

    private void Start(string image, string more = "")
    {
        cluster.Instance();
        var definition = ToldCluster.Web with
        {
            Document = JsonElement.Parse($$"""{"family":"web","containerDefinitions":[{"name":"web","image":"{{image}}"{{more}}}]}"""),
            Containers = [ToldCluster.Web.Containers[0] with { Image = image }],
        };
        cluster.Do(new CreateServiceCommand(
            "web", new() { TaskDefinitionArn = definition.Arn, DesiredCount = 1 }, definition, [], null, "arn:aws:iam::000000000000:root", null));
    }

    private void Run(string digest) => cluster.Do(new SubmitTaskStateChangeCommand(cluster.Task.Id)
    {
        Status = EcsTaskStatus.Running,
        Containers = [new("web") { Status = ContainerStatus.Running, ImageDigest = digest }],
    });

    /// <summary>One more task of the same revision.</summary>
    private EcsTask Next()
    {
        cluster.Do(new UpdateServiceCommand("web", new() { DesiredCount = 2 }));
        return cluster.State.Tasks.Values.Single(task => task.LastStatus == EcsTaskStatus.Pending);
    }

    private string? ImageOf(EcsTask task) =>
        PayloadTask.Run(cluster.State, task, (_, _) => new JsonObject(), "", "")["containers"]![0]!["image"]!.GetValue<string>();
}
