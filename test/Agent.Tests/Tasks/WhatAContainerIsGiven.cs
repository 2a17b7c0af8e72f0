using System.Text;
using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class WhatAContainerIsGiven
{
    [Fact]
    public void Counts_secrets_first_then_the_definition_then_files_in_their_order()
    {
        var request = new JsonObject { ["Env"] = new JsonArray("A=definition", "B=definition", "E=x=y") };
        var inputs = new ContainerInputs
        {
            Secrets = [new("A", "secret")],
            Files =
            [
                new Dictionary<string, string> { ["A"] = "first", ["B"] = "first", ["C"] = "first" },
                new Dictionary<string, string> { ["C"] = "second", ["D"] = "second" },
            ],
        };

        inputs.AddTo(request);

        request["Env"]!.AsArray().Select(variable => (string)variable!).Order().ShouldBe(["A=secret", "B=definition", "C=first", "D=second", "E=x=y"]);
    }

    [Fact]
    public void Leaves_a_request_alone_when_it_is_nothing()
    {
        var request = new JsonObject { ["Env"] = new JsonArray("A=1", "A=2") };

        ContainerInputs.None.AddTo(request);

        request.ToJsonString().ShouldBe("""{"Env":["A=1","A=2"]}""");
    }

    [Fact]
    public void Is_concealed_where_the_engine_repeats_it() =>
        new ContainerInputs { Secrets = [new("A", "swordfish"), new("B", "x")], LogOptions = [new("token", "trout")] }
            .Conceal("invalid option swordfish or trout, next").ShouldBe("invalid option *** or ***, next");

    [Theory]
    [InlineData("arn:aws:secretsmanager:r:1:secret:a", "arn:aws:secretsmanager:r:1:secret:a", null, null, null)]
    [InlineData("arn:aws:secretsmanager:r:1:secret:a:key::", "arn:aws:secretsmanager:r:1:secret:a", "key", null, null)]
    [InlineData("arn:aws:secretsmanager:r:1:secret:a::stage:", "arn:aws:secretsmanager:r:1:secret:a", null, "stage", null)]
    [InlineData("arn:aws:secretsmanager:r:1:secret:a:key:stage:id", "arn:aws:secretsmanager:r:1:secret:a", "key", "stage", "id")]
    [InlineData("a-name", "a-name", null, null, null)]
    public void Is_one_member_of_one_version_of_a_secret(string from, string id, string? key, string? stage, string? version) =>
        SecretReference.Parse(from).ShouldBe(new(id, key, stage, version));

    [Theory]
    [InlineData("""{"key":"swordfish"}""", "swordfish")]
    [InlineData("""{"key":5432}""", "5432")]
    [InlineData("""{"key":{"a":1}}""", """{"a":1}""")]
    public void Is_the_member_as_it_is_written(string secret, string value) => new SecretReference("s", "key", null, null).ValueIn(secret).ShouldBe(value);

    [Theory]
    [InlineData("""{"other":"swordfish"}""")]
    [InlineData("swordfish")]
    [InlineData("[1]")]
    public void Is_missing_without_a_word_of_what_there_is(string secret) =>
        Should.Throw<ResourceInitializationException>(() => new SecretReference("s", "key", null, null).ValueIn(secret)).Message.ShouldNotContain("swordfish");

    [Theory]
    [InlineData("")]
    [InlineData("arn:aws:s3:::")]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("arn:aws:s3:::bucket/")]
    [InlineData(":s3:::bucket/key")]
    public void Is_in_no_file_without_a_bucket_and_a_key(string arn) => Should.Throw<ResourceInitializationException>(() => EnvironmentFile.Location(arn));

    [Fact]
    public void Is_read_line_by_line() =>
        EnvironmentFile.Read(Encoding.UTF8.GetBytes("#A=1\nB=2\r\n =x\nC=\n=3\nD=a=b # not a comment\nB=4")).Select(variable => $"{variable.Key}={variable.Value}")
            .ShouldBe(["B=4", " =x", "D=a=b # not a comment"]);
}
