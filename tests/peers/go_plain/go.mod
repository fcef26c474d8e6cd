module cynodpeer

go 1.26
